/** A text as one word of a POSIX shell; what would steer a terminal or end a line is written as an escape of bash. */
export function shellQuote(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (!/[\x00-\x1f\x7f-\x9f]/.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  const escaped = text
    .replace(/[\\']/g, "\\$&")
    .replace(/[\x00-\x1f\x7f-\x9f]/g, (code) => `\\u${code.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return `$'${escaped}'`;
}
