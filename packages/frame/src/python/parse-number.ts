const DECIMAL_DIGIT = /\p{Nd}/u;
const SPACE = "\\t-\\r\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const IS_SPACE = new RegExp(`^[${SPACE}]$`);
const FLOAT_WORD = /^([+-]?)(inf|infinity|nan)$/i;
/** Python refuses integers of more digits. */
const MOST_INTEGER_DIGITS = 4300;

/**
 * Python's `int(text)` in base ten: white space around, a sign, underscores between digits, any Unicode decimal digits.
 * @returns undefined where Python raises ValueError.
 */
export function parsePyInt(text: string): bigint | undefined {
  const plain = withAsciiDigits(stripped(text));
  const from = signEnd(plain, 0);
  const end = digitsEnd(plain, from);
  if (end === from || end < plain.length) return undefined;
  const digits = plain.slice(from).replaceAll("_", "");
  if (digits.length > MOST_INTEGER_DIGITS) return undefined;
  return plain.startsWith("-") ? -BigInt(digits) : BigInt(digits);
}

/**
 * Python's `float(text)`: as {@link parsePyInt}, with point and exponent, and `inf`, `infinity`, `nan` in any case.
 * @returns undefined where Python raises ValueError (NaN is a valid result).
 */
export function parsePyFloat(text: string): number | undefined {
  const plain = withAsciiDigits(stripped(text));
  if (isFloat(plain)) return Number(plain.replaceAll("_", ""));
  const word = FLOAT_WORD.exec(plain);
  if (!word) return undefined;
  if (word[2]?.toLowerCase() === "nan") return Number.NaN;
  return word[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

// Numbers are scanned by hand: the stack of a pattern with repeated groups overflows on a text of some million characters.

function isFloat(text: string): boolean {
  const from = signEnd(text, 0);
  const whole = digitsEnd(text, from);
  const fraction = text[whole] === "." ? digitsEnd(text, whole + 1) : whole;
  if (whole === from && fraction <= whole + 1) return false;
  if (text[fraction] !== "e" && text[fraction] !== "E") return fraction === text.length;
  const exponent = signEnd(text, fraction + 1);
  const end = digitsEnd(text, exponent);
  return end > exponent && end === text.length;
}

function signEnd(text: string, from: number): number {
  return text[from] === "+" || text[from] === "-" ? from + 1 : from;
}

/** Where digits end that may have single underscores between them; `from` when there are none. */
function digitsEnd(text: string, from: number): number {
  let end = from;
  while (isAsciiDigit(text, end) || (end > from && text[end] === "_" && isAsciiDigit(text, end + 1))) end += 1;
  return end;
}

function isAsciiDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57;
}

/** `int()` and `float()` do not take U+001C to U+001F as white space, though `str.strip()` does. */
function stripped(text: string): string {
  // By hand: a pattern that ends in `+$` takes quadratic time on blanks inside the text.
  let start = 0;
  let end = text.length;
  while (start < end && IS_SPACE.test(text[start]!)) start += 1;
  while (end > start && IS_SPACE.test(text[end - 1]!)) end -= 1;
  return text.slice(start, end);
}

function withAsciiDigits(text: string): string {
  if (!/[^\x00-\x7f]/.test(text)) return text;
  let result = "";
  for (const character of text) result += character > "\x7f" ? (decimalValue(character) ?? character) : character;
  return result;
}

/** Decimal digits come in runs of ten code points from zero to nine, so the value is the distance to the run's start. */
function decimalValue(character: string): number | undefined {
  if (!DECIMAL_DIGIT.test(character)) return undefined;
  const code = character.codePointAt(0) ?? 0;
  // The only runs that touch each other are the mathematical digits, which begin at U+1D7CE.
  if (code >= 0x1d7ce && code <= 0x1d7ff) return (code - 0x1d7ce) % 10;
  let start = code;
  while (start > code - 9 && DECIMAL_DIGIT.test(String.fromCodePoint(start - 1))) start -= 1;
  return code - start;
}
