import type { ColumnKind } from "../../column.js";
import { pyFloatRepr } from "../../python/float-repr.js";
import { contributedKind } from "../concat-columns.js";
import { type InferredKind, truthOf } from "../convert-column.js";
import { DecimalQuotient } from "../decimal-quotient.js";
import type { MissingWords } from "../missing-words.js";
import {
  EXACT_LIMIT,
  type FloatPrecision,
  INTEGER_BIG,
  INTEGER_OVERFLOW,
  isAsciiSpace,
  NumberScanner,
} from "../number-scanner.js";
import type { WriteCsvOptions } from "../write-options.js";
import { kindOf, type ScannedColumn } from "./scan-csv.js";

/** Writes the field `bytes[from, to)` as pandas prints it into `out` at `at`; returns the offset behind it. */
export type FieldWriter = (bytes: Buffer, from: number, to: number, out: Buffer, at: number) => number;

/** Bytes that a field may need besides twice its length. */
export const FIELD_SLACK = 48;

const QUOTE = 34;
const LF = 10;
const scanner = new NumberScanner();
const quotient = new DecimalQuotient();

interface FieldWriterOptions {
  readonly missing: MissingWords | undefined;
  readonly missingNumbers?: ReadonlySet<number>;
  readonly floatPrecision: FloatPrecision;
  readonly separator: number;
  readonly quoting: "minimal" | "all" | "nonnumeric";
  /** Text of a missing cell, ready to be written. */
  readonly missingText: Buffer;
}

/** The writer for a column's fields in one block. */
export function fieldWriter(column: ScannedColumn, block: InferredKind, options: FieldWriterOptions): FieldWriter {
  const kinds = new Set(column.blockKinds.map(kindOf));
  const kind = column.kind === "object" ? contributedKind(kindOf(block), kinds) : column.kind;
  // Missing cells of an all-numeric column exist in float parts only.
  const missing = block === "words" ? undefined : options.missing;
  const plain = plainWriter(kind, block, missing, options);
  return options.quoting === "all" && (kind !== "object" || block === "holed booleans")
    ? inQuotes(plain, missing, options)
    : plain;
}

export function missingTextBytes(options: WriteCsvOptions): Buffer {
  const text = options.missingText ?? "";
  const forced = options.quoting === "all" || options.quoting === "nonnumeric";
  return Buffer.from(forced ? `"${text}"` : text);
}

function plainWriter(
  kind: ColumnKind,
  block: InferredKind,
  missing: MissingWords | undefined,
  options: FieldWriterOptions,
): FieldWriter {
  if (kind === "float64") {
    return block === "float64" ? floatWriter(missing, options) : integerAsFloatWriter(block, missing, options);
  }
  if (kind === "bool" || block === "holed booleans") return boolWriter(missing, options);
  return kind === "object" ? textWriter(missing, options) : writeInteger;
}

function inQuotes(plain: FieldWriter, missing: MissingWords | undefined, options: FieldWriterOptions): FieldWriter {
  return (bytes, from, to, out, at) => {
    if (missing?.has(bytes, from, to)) return put(options.missingText, out, at);
    out[at] = QUOTE;
    const end = plain(bytes, from, to, out, at + 1);
    // A number's text has no quote: this is a missing cell, quoted already, that only the number gave away.
    if (out[at + 1] === QUOTE) return put(options.missingText, out, at);
    out[end] = QUOTE;
    return end + 1;
  };
}

function put(text: Buffer, out: Buffer, at: number): number {
  for (let index = 0; index < text.length; index += 1) out[at + index] = text[index]!;
  return at + text.length;
}

function putAscii(text: string, out: Buffer, at: number): number {
  for (let index = 0; index < text.length; index += 1) out[at + index] = text.charCodeAt(index);
  return at + text.length;
}

/** An integer without sign `+`, leading zeros and blanks. */
function writeInteger(bytes: Buffer, start: number, to: number, out: Buffer, place: number): number {
  let from = start;
  let at = place;
  while (from < to && isAsciiSpace(bytes[from]!)) from += 1;
  const negative = bytes[from] === 45;
  if (negative || bytes[from] === 43) from += 1;
  while (from < to - 1 && bytes[from] === 48 && bytes[from + 1]! >= 48 && bytes[from + 1]! <= 57) from += 1;
  const first = bytes[from]!;
  if (negative && !(first === 48)) {
    out[at] = 45;
    at += 1;
  }
  let index = from;
  for (; index < to; index += 1) {
    const byte = bytes[index]!;
    if (byte < 48 || byte > 57) break;
    out[at] = byte;
    at += 1;
  }
  if (index > from && (index === to || isAsciiSpace(bytes[index]!))) return at;
  return writeForcedInteger(bytes, start, to, out, place);
}

/** Text that became an integer only because its neighbours or the caller asked for it: `1.0`, `True`. */
function writeForcedInteger(bytes: Buffer, from: number, to: number, out: Buffer, at: number): number {
  const truth = truthOf(bytes, from, to);
  const number = truth === undefined ? scanner.float(bytes, from, to, "round_trip") : Number(truth);
  return putAscii(String(BigInt(number)), out, at);
}

function boolWriter(missing: MissingWords | undefined, options: FieldWriterOptions): FieldWriter {
  return (bytes, from, to, out, at) => {
    if (missing?.has(bytes, from, to)) return put(options.missingText, out, at);
    const truth = truthOf(bytes, from, to) ?? scanner.float(bytes, from, to, "round_trip") !== 0;
    return putAscii(truth ? "True" : "False", out, at);
  };
}

function floatWriter(missing: MissingWords | undefined, options: FieldWriterOptions): FieldWriter {
  const { floatPrecision, missingText, missingNumbers } = options;
  const exact = floatPrecision === "round_trip";
  return (bytes, from, to, out, at) => {
    if (missing?.has(bytes, from, to)) return put(missingText, out, at);
    if (missingNumbers === undefined) {
      const same = copyPlainDecimal(bytes, from, to, out, at, exact);
      if (same >= 0) return same;
      const end = writeShortDecimal(bytes, from, to, out, at, exact);
      if (end >= 0) return end;
    }
    const truth = truthOf(bytes, from, to);
    const number = truth === undefined ? scanner.float(bytes, from, to, floatPrecision) : Number(truth);
    if (missingNumbers?.has(number)) return put(missingText, out, at);
    return putAscii(pyFloatRepr(number), out, at);
  };
}

/** Integers and booleans that print as floats because of other rows. */
function integerAsFloatWriter(
  block: InferredKind,
  missing: MissingWords | undefined,
  options: FieldWriterOptions,
): FieldWriter {
  const holed = block === "holed integers";
  return (bytes, from, to, out, at) => {
    if (holed && missing?.has(bytes, from, to)) return put(options.missingText, out, at);
    const truth = block === "bool" ? truthOf(bytes, from, to) : undefined;
    if (truth !== undefined) return putAscii(truth ? "1.0" : "0.0", out, at);
    let number = scanner.int64(bytes, from, to);
    if (scanner.outcome === INTEGER_OVERFLOW) {
      scanner.uint64(bytes, from, to);
      number = Number(scanner.big);
    } else if (holed && scanner.outcome === INTEGER_BIG && scanner.big === -9223372036854775808n) {
      // The smallest integer stands for a hole inside pandas.
      return put(options.missingText, out, at);
    }
    return putAscii(pyFloatRepr(number), out, at);
  };
}

/** {@link writeShortDecimal} in one pass for the usual case: digits on both sides of the point and no zeros to take off. */
function copyPlainDecimal(bytes: Buffer, start: number, to: number, out: Buffer, place: number, long: boolean): number {
  let index = start;
  let at = place;
  let byte = bytes[index]!;
  if (byte === 45) {
    out[at++] = 45;
    byte = bytes[++index]!;
  }
  // 0.0001 and less prints with an exponent, and more whole digits than 15 need not be looked at here.
  if (byte < 49 || byte > 57 || to - index < 3 || to - index > 18) return -1;
  let leading = 0;
  let whole = 0;
  while (byte >= 48 && byte <= 57) {
    out[at++] = byte;
    leading = leading * 10 + byte - 48;
    whole += 1;
    byte = bytes[++index]!;
  }
  const decimals = to - index - 1;
  if (byte !== 46 || decimals < 1) return -1;
  out[at++] = 46;
  const lastIndex = to - 1;
  for (index += 1; index < lastIndex; index += 1) {
    byte = bytes[index]!;
    if (byte < 48 || byte > 57) return -1;
    out[at++] = byte;
    leading = leading * 10 + byte - 48;
  }
  byte = bytes[lastIndex]!;
  if (byte > 57 || byte < 48 || (byte === 48 && decimals > 1)) return -1;
  out[at++] = byte;
  if (whole + decimals <= 15) return at;
  if (!long || whole > 15 || leading >= EXACT_LIMIT) return -1;
  return quotient.divide(leading, byte - 48, decimals) && quotient.isShortest() ? at : -1;
}

/**
 * A decimal without exponent prints as its own digits, zeros at both ends taken off, when no shorter or nearer decimal is
 * the same double: always for up to 15 digits, which doubles keep apart. Returns -1 for all others.
 * @param long look at 16 and 17 digits too, which needs exact parsing
 */
function writeShortDecimal(
  bytes: Buffer,
  start: number,
  to: number,
  out: Buffer,
  place: number,
  long: boolean,
): number {
  let from = start;
  let at = place;
  if (bytes[from] === 45 && from < to) {
    out[at] = 45;
    at += 1;
    from += 1;
  }
  const wholeFrom = from;
  while (from < to && bytes[from]! >= 48 && bytes[from]! <= 57) from += 1;
  const wholeTo = from;
  let decimalsFrom = from;
  let decimalsTo = from;
  if (from < to) {
    if (bytes[from] !== 46) return -1;
    from += 1;
    decimalsFrom = from;
    while (from < to && bytes[from]! >= 48 && bytes[from]! <= 57) from += 1;
    if (from < to) return -1;
    decimalsTo = from;
  }
  const digits = wholeTo - wholeFrom + decimalsTo - decimalsFrom;
  if (digits === 0 || digits > 17) return -1;
  let first = wholeFrom;
  while (first < wholeTo - 1 && bytes[first] === 48) first += 1;
  const zeroWhole = first >= wholeTo || bytes[first] === 48;
  while (decimalsTo > decimalsFrom && bytes[decimalsTo - 1] === 48) decimalsTo -= 1;
  if (digits > 15 && (!long || !isShortestDecimal(bytes, first, wholeTo, decimalsFrom, decimalsTo))) return -1;
  // Below 1e-4 Python writes an exponent.
  if (zeroWhole && decimalsTo > decimalsFrom + 3) {
    const zeros = bytes[decimalsFrom] === 48 && bytes[decimalsFrom + 1] === 48 && bytes[decimalsFrom + 2] === 48;
    if (zeros && bytes[decimalsFrom + 3] === 48) return -1;
  }
  if (first >= wholeTo) {
    out[at] = 48;
    at += 1;
  }
  for (let index = first; index < wholeTo; index += 1, at += 1) out[at] = bytes[index]!;
  out[at] = 46;
  at += 1;
  if (decimalsTo === decimalsFrom) {
    out[at] = 48;
    return at + 1;
  }
  for (let index = decimalsFrom; index < decimalsTo; index += 1, at += 1) out[at] = bytes[index]!;
  return at;
}

/** Whether a decimal of 16 or 17 digits, zeros at its end taken off, is what Python prints for its double. */
function isShortestDecimal(
  bytes: Buffer,
  wholeFrom: number,
  wholeTo: number,
  decimalsFrom: number,
  decimalsTo: number,
): boolean {
  // Without decimals left, or beyond 1e16, the text is not made of these digits alone.
  if (decimalsTo === decimalsFrom || wholeTo - wholeFrom > 15) return false;
  let leading = 0;
  for (let index = wholeFrom; index < wholeTo; index += 1) leading = leading * 10 + bytes[index]! - 48;
  for (let index = decimalsFrom; index < decimalsTo - 1; index += 1) leading = leading * 10 + bytes[index]! - 48;
  if (leading >= EXACT_LIMIT) return false;
  return quotient.divide(leading, bytes[decimalsTo - 1]! - 48, decimalsTo - decimalsFrom) && quotient.isShortest();
}

function textWriter(missing: MissingWords | undefined, options: FieldWriterOptions): FieldWriter {
  const { separator, missingText } = options;
  const always = options.quoting !== "minimal";
  const highest = Math.max(separator, QUOTE);
  return (bytes, from, to, out, start) => {
    if (missing?.has(bytes, from, to)) return put(missingText, out, start);
    let at = start;
    if (!always) {
      let index = from;
      for (; index < to; index += 1) {
        const byte = bytes[index]!;
        if (byte <= highest && (byte === separator || byte === QUOTE || byte === LF)) break;
        out[at] = byte;
        at += 1;
      }
      if (index === to) return at;
      at = start;
    }
    out[at] = QUOTE;
    at += 1;
    for (let index = from; index < to; index += 1) {
      const byte = bytes[index]!;
      out[at] = byte;
      at += 1;
      if (byte === QUOTE) {
        out[at] = QUOTE;
        at += 1;
      }
    }
    out[at] = QUOTE;
    return at + 1;
  };
}
