import { randomUUID } from "node:crypto";

/** Stands before a number that JSON has no word for, while it passes through as a string; no text can contain it. */
const MARK = randomUUID();
const MARKED = new RegExp(`"${MARK}(NaN|-?Infinity)"`, "g");

/**
 * JSON as Inspect's readers take it: fields that are undefined go, NaN and infinities become the bare words that Python
 * writes, and half surrogate pairs, which Python's parser refuses, become U+FFFD.
 */
export function toJsonText(value: unknown, indent?: number): string {
  let marked = false;
  const mark = (_key: string, item: unknown): unknown => {
    if (typeof item !== "number" || Number.isFinite(item)) return item;
    marked = true;
    return MARK + item;
  };
  const text = JSON.stringify(value, mark, indent) ?? "null";
  const wellFormed = text.includes("\\ud") ? replaceLoneSurrogates(text) : text;
  return marked ? wellFormed.replace(MARKED, "$1") : wellFormed;
}

/** Parses JSON, also with the NaN and Infinity that Python writes into it. @throws SyntaxError */
export function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    return JSON.parse(markNonFinite(text), (_key, value: unknown) =>
      typeof value === "string" && value.startsWith(MARK) ? Number(value.slice(MARK.length)) : value,
    );
  }
}

/** JSON.stringify writes half a surrogate pair as an escape; doubled backslashes before it are text, not an escape. */
function replaceLoneSurrogates(text: string): string {
  return text.replace(/\\\\|\\ud[89a-f][0-9a-f]{2}/g, (found) => (found === "\\\\" ? found : "\ufffd"));
}

/** Strings are matched first, so that a NaN inside one is left alone. */
function markNonFinite(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (found) =>
    found.startsWith('"') ? found : `"${MARK}${found}"`,
  );
}
