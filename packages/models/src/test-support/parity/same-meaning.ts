import { parseJson } from "@mlebench/base";

type Fields = Readonly<Record<string, unknown>>;

/**
 * A request with one spelling for what may be written in two ways and means the same: a text for a list of one text,
 * null and false for nothing, and how the answer is delivered.
 */
export function sameMeaning(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(sameMeaning);
  if (typeof body !== "object" || body === null) return body;
  const entries = Object.entries(body as Fields)
    .filter(([key, value]) => !isNothing(key, value))
    .map(([key, value]) => [key, spelled(key, value)]);
  return Object.fromEntries(entries);
}

function spelled(key: string, value: unknown): unknown {
  if (key === "arguments" && typeof value === "string") return parseJson(value) ?? value;
  if (key === "input" && Array.isArray(value)) return value.map((item) => sameMeaning(plainItem(item)));
  const same = sameMeaning(value);
  return key === "content" || key === "system" ? onlyText(same) : same;
}

function isNothing(key: string, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (key === "is_error") return value === false;
  // A client reads an answer at once or in pieces; the model is asked the same.
  if (key === "stream" || key === "stream_options") return true;
  return Array.isArray(value) && value.length === 0 && EMPTY_MEANS_NOTHING.has(key);
}

const EMPTY_MEANS_NOTHING = new Set(["annotations", "include", "logprobs", "content"]);

/**
 * An item of the responses protocol: without a server that keeps it, its id and its end mean nothing, and a message is
 * one without saying so.
 */
function plainItem(item: unknown): unknown {
  const { id, status: _, type, ...rest } = item as Fields;
  return { ...rest, ...(type === "reasoning" ? { id } : {}), ...(type === "message" ? {} : { type }) };
}

function onlyText(content: unknown): unknown {
  if (!Array.isArray(content) || content.length !== 1) return content;
  const { type, text, ...rest } = content[0] as Fields;
  const isText = type === "text" || type === "input_text" || type === "output_text";
  return isText && Object.keys(rest).length === 0 ? text : content;
}
