/** What Python's `str.isspace` counts, which JavaScript's `\s` does not match exactly: U+001C–U+001F and U+0085 count, U+FEFF does not. */
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const RUN = new RegExp(`[${SPACE}]+`);
const ENDS = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "g");

/** Python's `text.split()`: words between runs of white space, none empty. */
export function pySplit(text: string): string[] {
  const stripped = pyStrip(text);
  return stripped === "" ? [] : stripped.split(RUN);
}

/** Python's `text.strip()`. */
export function pyStrip(text: string): string {
  return text.replace(ENDS, "");
}
