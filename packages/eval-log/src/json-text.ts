const NON_FINITE = /"\u0000(NaN|Infinity|-Infinity)\u0000"/g;

/**
 * Compact JSON as Inspect's readers take it: fields that are undefined or null go (except inside `keepNull` places of
 * free JSON, which stay as they are), NaN and infinities become the bare words that Python writes, and half surrogate
 * pairs, which Python's parser refuses, become U+FFFD.
 */
export function toJsonText(value: unknown, indent?: number): string {
  let odd = false;
  const text = JSON.stringify(
    value,
    (_key, item: unknown) => {
      if (typeof item === "number" && !Number.isFinite(item)) {
        odd = true;
        return `\u0000${item}\u0000`;
      }
      return typeof item === "bigint" ? Number(item) : item;
    },
    indent,
  );
  if (text === undefined) return "null";
  const wellFormed = text.includes("\\ud") ? replaceLoneSurrogates(text) : text;
  return odd
    ? wellFormed.replaceAll("\\u0000", "\u0000").replace(NON_FINITE, "$1").replaceAll("\u0000", "\\u0000")
    : wellFormed;
}

/** Parses JSON, also with the NaN and Infinity that Python writes into it. @throws SyntaxError */
export function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    return JSON.parse(quoteNonFinite(text), (_key, value: unknown) => {
      if (typeof value !== "string" || !value.startsWith("\u0000")) return value;
      return Number(value.slice(1));
    });
  }
}

/** JSON.stringify writes half a surrogate pair as an escape; doubled backslashes before it are text, not an escape. */
function replaceLoneSurrogates(text: string): string {
  return text.replace(/\\\\|\\ud[89a-f][0-9a-f]{2}/g, (found) => (found === "\\\\" ? found : "\ufffd"));
}

/** Strings are matched first, so that a NaN inside one is left alone. */
function quoteNonFinite(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (found) =>
    found.startsWith('"') ? found : `"\\u0000${found}"`,
  );
}
