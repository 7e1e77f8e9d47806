/** What Python's `str.isspace` counts, which JavaScript's `\s` does not match exactly: U+001C–U+001F and U+0085 count, U+FEFF does not. */
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const RUN = new RegExp(`[${SPACE}]+`);
const IS_SPACE = new RegExp(`^[${SPACE}]$`);

/** Python's `text.split()`: words between runs of white space, none empty. */
export function pySplit(text: string): string[] {
  const stripped = pyStrip(text);
  return stripped === "" ? [] : stripped.split(RUN);
}

/** Python's `text.strip()`. */
export function pyStrip(text: string): string {
  // A pattern anchored at the end would take quadratic time on a long run of blanks inside the text.
  let from = 0;
  let to = text.length;
  while (from < to && IS_SPACE.test(text[from]!)) from += 1;
  while (to > from && IS_SPACE.test(text[to - 1]!)) to -= 1;
  return text.slice(from, to);
}
