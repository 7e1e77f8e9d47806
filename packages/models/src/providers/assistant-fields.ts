import type {
  JSONObject,
  LanguageModelV3CallOptions,
  LanguageModelV3Content,
  LanguageModelV3GenerateResult,
  LanguageModelV3Message,
} from "@ai-sdk/provider";
import type { Answer, WireBody } from "./exchange.js";

// Chat completions have no one name for thinking: servers call it `reasoning_content` or `reasoning`, OpenRouter gives
// `reasoning_details` with signatures. Each wants back what it gave. The fields travel on the AI SDK's parts, under a
// name of ours, and so into the log and out of it again. Mistral's thinking stands in the list that its content then is.

const METADATA = "mlebench";
const FIELDS = "assistantFields";
const NAMES = ["reasoning_content", "reasoning", "reasoning_details", "content"] as const;

/** A result whose thinking knows the fields that it came in, so that they go back whole. */
export function keepAssistantFields(
  result: LanguageModelV3GenerateResult,
  answer: Answer,
): LanguageModelV3GenerateResult {
  const fields = fieldsOf(answer);
  if (fields === undefined) return result;
  const providerMetadata = { [METADATA]: { [FIELDS]: fields } };
  const at = result.content.findIndex((part) => part.type === "reasoning");
  const content: LanguageModelV3Content[] = [...result.content];
  const found = content[at];
  if (found?.type === "reasoning") {
    content[at] = { ...found, providerMetadata: { ...found.providerMetadata, ...providerMetadata } };
  } else {
    content.unshift({ type: "reasoning", text: textOf(fields), providerMetadata });
  }
  return { ...result, content };
}

/** The messages of a request with the fields that their thinking came in. */
export function withAssistantFields(body: WireBody, call: LanguageModelV3CallOptions): WireBody {
  const messages = body["messages"];
  if (!Array.isArray(messages)) return body;
  const asked = call.prompt.filter((message) => message.role === "assistant");
  let seen = 0;
  const completed = messages.map((message: WireBody) => {
    if (message["role"] !== "assistant") return message;
    const fields = storedFields(asked[seen]);
    seen += 1;
    if (fields === undefined) return message;
    const { reasoning_content: _, ...rest } = message;
    return { ...rest, ...fields };
  });
  return { ...body, messages: completed };
}

function storedFields(message: LanguageModelV3Message | undefined): WireBody | undefined {
  if (message?.role !== "assistant") return undefined;
  for (const part of message.content) {
    const fields = part.type === "reasoning" ? part.providerOptions?.[METADATA]?.[FIELDS] : undefined;
    if (typeof fields === "object" && fields !== null && !Array.isArray(fields)) return replayed(fields as WireBody);
  }
  return undefined;
}

/** Where there are details, they say it all; a text beside them would be said twice. */
function replayed(fields: WireBody): WireBody {
  const details = fields["reasoning_details"];
  return Array.isArray(details) ? { reasoning_details: details } : fields;
}

function fieldsOf({ whole, events }: Answer): JSONObject | undefined {
  const messages = whole === undefined ? events.map((event) => choiceOf(event, "delta")) : [choiceOf(whole, "message")];
  const fields: JSONObject = {};
  for (const message of messages) {
    for (const name of NAMES) {
      const value = message?.[name];
      if (typeof value === "string" && value !== "" && name !== "content")
        fields[name] = `${fields[name] ?? ""}${value}`;
      const items = Array.isArray(value) ? value.filter(isObject) : [];
      if (items.length > 0) fields[name] = mergeDetails(fields[name], items);
    }
  }
  const { content, ...others } = fields;
  const kept = hasThinking(content) ? fields : others;
  return Object.keys(kept).length === 0 ? undefined : kept;
}

/** Whatever a server writes into a list, only objects are details. */
function isObject(value: unknown): value is JSONObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasThinking(content: unknown): boolean {
  return Array.isArray(content) && content.some((chunk: WireBody) => chunk["type"] === "thinking");
}

function choiceOf(value: unknown, key: "message" | "delta"): WireBody | undefined {
  const choices = (value as { readonly choices?: unknown } | null)?.choices;
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined;
  return (first as Readonly<Record<string, WireBody>> | undefined)?.[key];
}

/** Pieces of a stream are put together by their index; their texts grow, everything else is what was said last. */
function mergeDetails(before: unknown, pieces: readonly JSONObject[]): JSONObject[] {
  const merged = Array.isArray(before) ? ([...before] as JSONObject[]) : [];
  for (const piece of pieces) {
    const at = merged.findIndex((each) => each["index"] !== undefined && isSame(each, piece));
    const known = merged[at];
    if (known === undefined) merged.push(piece);
    else merged[at] = { ...known, ...grown(known, piece) };
  }
  return merged;
}

function isSame(left: JSONObject, right: JSONObject): boolean {
  return left["index"] === right["index"] && left["type"] === right["type"];
}

function grown(known: JSONObject, piece: JSONObject): JSONObject {
  const texts = ["text", "summary", "data"].filter((name) => typeof piece[name] === "string");
  const present = Object.entries(piece).filter(([, value]) => value !== null && value !== undefined);
  return {
    ...Object.fromEntries(present),
    ...Object.fromEntries(texts.map((name) => [name, `${known[name] ?? ""}${piece[name]}`])),
  };
}

function textOf(fields: WireBody): string {
  const details = fields["reasoning_details"];
  const plain = fields["reasoning_content"] ?? fields["reasoning"];
  if (typeof plain === "string" || !Array.isArray(details)) return String(plain ?? "");
  return (details as WireBody[]).map((detail) => detail["text"] ?? detail["summary"] ?? "").join("");
}
