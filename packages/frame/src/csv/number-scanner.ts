import { DecimalQuotient } from "./decimal-quotient.js";

/** Which of pandas' readers of numbers is meant: exact, or the fast one whose last digit may differ. */
export type FloatPrecision = "round_trip" | "high";

/** Outcome of reading an integer field. */
export const INTEGER_OK = 0;
export const INTEGER_BIG = 1;
export const INTEGER_INVALID = 2;
export const INTEGER_OVERFLOW = 3;

const INT64_MAX = 9223372036854775807n;
const INT64_MIN = -9223372036854775808n;
const UINT64_MAX = 18446744073709551615n;

/** Below, every integer is a double, and so is every step of adding up its digits. */
export const EXACT_LIMIT = 2 ** 53;

const POWERS = Float64Array.from({ length: 309 }, (_, exponent) => Number(`1e${exponent}`));

export function isAsciiSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

/**
 * Reads numbers out of bytes by the rules of pandas' C parser: ASCII only, white space around allowed, no underscores.
 * Results that do not fit a return value stay in fields of the scanner.
 */
export class NumberScanner {
  /** Value of the last integer that was `INTEGER_BIG`. */
  big = 0n;
  /** A negative number was met while reading unsigned ones. */
  negativeSeen = false;
  /** Whether the last `float` was one. */
  valid = false;
  /** Outcome of the last `int64`. */
  outcome = INTEGER_OK;

  private readonly quotient = new DecimalQuotient();

  /** A signed 64-bit integer; look at `outcome`, and at `big` when it is `INTEGER_BIG`. */
  int64(bytes: Buffer, from: number, to: number): number {
    let index = from;
    while (index < to && isAsciiSpace(bytes[index]!)) index += 1;
    let negative = false;
    if (index < to && (bytes[index] === 45 || bytes[index] === 43)) {
      negative = bytes[index] === 45;
      index += 1;
    }
    const digitsFrom = index;
    let value = 0;
    while (index < to) {
      const digit = bytes[index]! - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      index += 1;
    }
    const count = index - digitsFrom;
    if (count === 0) {
      this.outcome = INTEGER_INVALID;
      return 0;
    }
    if (count > 15) return this.longInt64(bytes, digitsFrom, index, to, negative);
    while (index < to && isAsciiSpace(bytes[index]!)) index += 1;
    this.outcome = index === to ? INTEGER_OK : INTEGER_INVALID;
    return negative ? 0 - value : value;
  }

  private longInt64(bytes: Buffer, from: number, digitsTo: number, to: number, negative: boolean): number {
    const magnitude = BigInt(bytes.toString("latin1", from, digitsTo));
    const value = negative ? -magnitude : magnitude;
    // Overflow is noticed before the rest of the text is looked at.
    if (value > INT64_MAX || value < INT64_MIN) {
      this.outcome = INTEGER_OVERFLOW;
      return 0;
    }
    let index = digitsTo;
    while (index < to && isAsciiSpace(bytes[index]!)) index += 1;
    if (index !== to) {
      this.outcome = INTEGER_INVALID;
      return 0;
    }
    const number = Number(value);
    this.big = value;
    this.outcome = Number.isSafeInteger(number) ? INTEGER_OK : INTEGER_BIG;
    return number;
  }

  /** An unsigned 64-bit integer in `big`; a minus sign only sets `negativeSeen`. Returns one of the integer outcomes. */
  uint64(bytes: Buffer, from: number, to: number): number {
    let index = from;
    this.big = 0n;
    while (index < to && isAsciiSpace(bytes[index]!)) index += 1;
    if (bytes[index] === 45 && index < to) {
      this.negativeSeen = true;
      return INTEGER_OK;
    }
    if (bytes[index] === 43 && index < to) index += 1;
    const digitsFrom = index;
    while (index < to && bytes[index]! >= 48 && bytes[index]! <= 57) index += 1;
    if (index === digitsFrom) return INTEGER_INVALID;
    const value = BigInt(bytes.toString("latin1", digitsFrom, index));
    if (value > UINT64_MAX) return INTEGER_OVERFLOW;
    while (index < to && isAsciiSpace(bytes[index]!)) index += 1;
    if (index !== to) return INTEGER_INVALID;
    this.big = value;
    return INTEGER_OK;
  }

  /** Whether `float` would be valid; far cheaper for plain decimals. */
  isFloat(bytes: Buffer, from: number, to: number, precision: FloatPrecision): boolean {
    let index = from;
    while (index < to && isAsciiSpace(bytes[index]!)) index += 1;
    if (index < to && (bytes[index] === 45 || bytes[index] === 43)) index += 1;
    const wholeFrom = index;
    while (index < to && bytes[index]! >= 48 && bytes[index]! <= 57) index += 1;
    let digits = index - wholeFrom;
    if (index < to && bytes[index] === 46) {
      index += 1;
      const decimalsFrom = index;
      while (index < to && bytes[index]! >= 48 && bytes[index]! <= 57) index += 1;
      digits += index - decimalsFrom;
    }
    // Exponents, words and numbers that might overflow are left to the parser itself.
    if (index === to && digits > 0 && digits < 300) return true;
    this.float(bytes, from, to, precision);
    return this.valid;
  }

  /** A double; `valid` tells whether the field was one. */
  float(bytes: Buffer, from: number, to: number, precision: FloatPrecision): number {
    let index = from;
    while (index < to && isAsciiSpace(bytes[index]!)) index += 1;
    const numberFrom = index;
    let negative = false;
    let byte = index < to ? bytes[index]! : 0;
    if (byte === 45 || byte === 43) {
      negative = byte === 45;
      index += 1;
      byte = index < to ? bytes[index]! : 0;
    }
    let mantissa = 0;
    // All digits but the last, and the last: what an exact division needs when there are 17.
    let leading = 0;
    let last = 0;
    let significant = 0;
    let digits = 0;
    while (byte >= 48 && byte <= 57) {
      leading = mantissa;
      last = byte - 48;
      mantissa = mantissa * 10 + last;
      if (mantissa !== 0) significant += 1;
      digits += 1;
      index += 1;
      byte = index < to ? bytes[index]! : 0;
    }
    let decimals = 0;
    if (byte === 46) {
      index += 1;
      byte = index < to ? bytes[index]! : 0;
      while (byte >= 48 && byte <= 57) {
        leading = mantissa;
        last = byte - 48;
        mantissa = mantissa * 10 + last;
        if (mantissa !== 0) significant += 1;
        decimals += 1;
        index += 1;
        byte = index < to ? bytes[index]! : 0;
      }
      digits += decimals;
    }
    if (digits === 0) return this.infinityWord(bytes, from, to);
    let exponent = 0;
    if (byte === 101 || byte === 69) {
      index += 1;
      byte = index < to ? bytes[index]! : 0;
      const negativeExponent = byte === 45;
      if (byte === 45 || byte === 43) {
        index += 1;
        byte = index < to ? bytes[index]! : 0;
      }
      const exponentFrom = index;
      while (byte >= 48 && byte <= 57) {
        if (exponent < 100_000_000) exponent = exponent * 10 + byte - 48;
        index += 1;
        byte = index < to ? bytes[index]! : 0;
      }
      if (index === exponentFrom) {
        this.valid = false;
        return 0;
      }
      if (negativeExponent) exponent = -exponent;
    }
    const numberTo = index;
    while (index < to && isAsciiSpace(bytes[index]!)) index += 1;
    if (index !== to) {
      this.valid = false;
      return 0;
    }
    if (precision === "high") return this.highPrecision(bytes, numberFrom, numberTo, exponent);
    this.valid = true;
    const scale = exponent - decimals;
    let magnitude: number;
    // Both factors are exact doubles here, so the single operation rounds correctly.
    if (significant <= 16 && mantissa < EXACT_LIMIT && scale >= -22 && scale <= 22) {
      magnitude = scale < 0 ? mantissa / POWERS[-scale]! : mantissa * POWERS[scale]!;
      return negative ? -magnitude : magnitude;
    }
    if (significant <= 17 && leading < EXACT_LIMIT && scale >= -22 && scale <= 0) {
      if (this.quotient.divide(leading, last, -scale)) return negative ? -this.quotient.value : this.quotient.value;
    }
    magnitude = Number(bytes.toString("latin1", numberFrom, numberTo));
    // pandas takes a positive overflow as "not a number" and a negative one as minus infinity.
    if (magnitude === Number.POSITIVE_INFINITY) this.valid = false;
    return magnitude;
  }

  /** pandas' default parser: at most 17 digits gathered in double arithmetic, scaled once. */
  private highPrecision(bytes: Buffer, from: number, to: number, written: number): number {
    let index = from;
    const negative = bytes[index] === 45;
    if (negative || bytes[index] === 43) index += 1;
    let number = 0;
    let digits = 0;
    let exponent = 0;
    for (; index < to; index += 1) {
      const digit = bytes[index]! - 48;
      if (digit < 0 || digit > 9) break;
      if (digits < 17) {
        number = number * 10 + digit;
        digits += 1;
      } else exponent += 1;
    }
    if (bytes[index] === 46 && index < to) {
      for (index += 1; index < to && digits < 17; index += 1) {
        const digit = bytes[index]! - 48;
        if (digit < 0 || digit > 9) break;
        number = number * 10 + digit;
        digits += 1;
        exponent -= 1;
      }
    }
    exponent += written;
    if (negative) number = -number;
    this.valid = true;
    if (exponent > 308) {
      this.valid = false;
      return 0;
    }
    if (exponent > 0) number *= POWERS[exponent]!;
    else if (exponent < -616) number = 0;
    else if (exponent < -308) {
      number /= POWERS[-308 - exponent]!;
      number /= POWERS[308]!;
    } else number /= POWERS[-exponent]!;
    if (number === Number.POSITIVE_INFINITY || number === Number.NEGATIVE_INFINITY) this.valid = false;
    return number;
  }

  private infinityWord(bytes: Buffer, from: number, to: number): number {
    this.valid = false;
    const length = to - from;
    if (length < 3 || length > 9) return 0;
    const word = bytes.toString("latin1", from, to).toLowerCase();
    if (word === "inf" || word === "+inf" || word === "infinity" || word === "+infinity") {
      this.valid = true;
      return Number.POSITIVE_INFINITY;
    }
    if (word === "-inf" || word === "-infinity") {
      this.valid = true;
      return Number.NEGATIVE_INFINITY;
    }
    return 0;
  }
}
