import { type Cell, Column, type ColumnKind } from "../column.js";
import { ConversionError } from "../errors.js";
import type { MissingWords } from "./missing-words.js";
import {
  type FloatPrecision,
  INTEGER_BIG,
  INTEGER_INVALID,
  INTEGER_OK,
  INTEGER_OVERFLOW,
  NumberScanner,
} from "./number-scanner.js";

/** The fields of one column in one block of rows. A negative start means `~start` in `scratch`, else it is in `window`. */
export interface FieldSlice {
  readonly window: Buffer;
  readonly scratch: Buffer;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly rows: number;
  /** All bytes are ASCII, which makes decoding cheap. */
  readonly ascii: boolean;
}

export interface ConvertOptions {
  /** undefined: no word is missing, not even the empty text. */
  readonly missing: MissingWords | undefined;
  /** Doubles that count as missing: the caller's own words read as numbers. */
  readonly missingNumbers?: ReadonlySet<number>;
  readonly floatPrecision: FloatPrecision;
}

/** A type asked for by the caller. */
export type RequestedKind = "str" | "int64" | "float64" | "bool" | "object";

const INT64_MIN = -9223372036854775808n;
const scanner = new NumberScanner();

/** Reads one column of a block with the narrowest type, in pandas' order: integer, float, boolean, text. */
export function convertColumn(fields: FieldSlice, options: ConvertOptions): Column {
  const integers = tryIntegers(fields, options);
  if (integers.kind === "column") return integers.column;
  if (integers.kind === "text") return readText(fields, integers.keepMissingWords ? undefined : options.missing);
  return tryFloats(fields, options) ?? tryBooleans(fields, options) ?? readText(fields, options.missing);
}

/**
 * Reads one column of a block as the caller asks.
 * @throws ConversionError when the fields do not allow it, as pandas' ValueError.
 */
export function convertColumnAs(
  fields: FieldSlice,
  options: ConvertOptions,
  wanted: RequestedKind,
  name: string,
): Column {
  if (wanted === "str" || wanted === "object") return readText(fields, options.missing);
  if (wanted === "float64") {
    const floats = tryFloats(fields, options) ?? tryBooleans(fields, options);
    if (floats) return Column.float64(floats.numbers());
  }
  if (wanted === "bool") {
    const booleans = tryBooleans(fields, options);
    if (booleans?.kind === "bool") return booleans;
    if (booleans)
      throw new ConversionError(`Column ${JSON.stringify(name)} is asked to be boolean but has missing values.`);
  }
  const natural = convertColumn(fields, options);
  return castSafely(natural, wanted, name);
}

function castSafely(column: Column, wanted: "int64" | "float64" | "bool", name: string): Column {
  const refuse = () =>
    new ConversionError(`Column ${JSON.stringify(name)} holds ${column.kind} values that cannot become ${wanted}.`);
  if (column.kind === "object" || (column.hasMissing() && wanted !== "float64")) throw refuse();
  if (wanted === "float64") return Column.float64(column.numbers());
  if (wanted === "int64") {
    // pandas lets unsigned values pass as they are.
    if (column.kind === "int64" || column.kind === "uint64") return column;
    if (
      column.kind === "float64" &&
      column.numbers().some((value) => !Number.isInteger(value) || Math.abs(value) >= 2 ** 63)
    ) {
      throw refuse();
    }
    return column.asType("int64");
  }
  if (column.kind === "bool") return column;
  const numbers = column.numbers();
  if (numbers.some((value) => value !== 0 && value !== 1)) throw refuse();
  return Column.bool(Uint8Array.from(numbers));
}

type IntegerAttempt =
  | { readonly kind: "column"; readonly column: Column }
  | { readonly kind: "text"; readonly keepMissingWords: boolean }
  | { readonly kind: "other" };

const NOT_INTEGERS: IntegerAttempt = { kind: "other" };

function tryIntegers(fields: FieldSlice, options: ConvertOptions): IntegerAttempt {
  const { window, scratch, starts, ends, rows } = fields;
  const { missing } = options;
  const values = new Float64Array(rows);
  let missingCount = 0;
  for (let row = 0; row < rows; row += 1) {
    let from = starts[row]!;
    let to = ends[row]!;
    let bytes = window;
    if (from < 0) {
      bytes = scratch;
      from = ~from;
      to = ~to;
    }
    if (missing?.has(bytes, from, to)) {
      values[row] = Number.NaN;
      missingCount += 1;
      continue;
    }
    values[row] = scanner.int64(bytes, from, to);
    const { outcome } = scanner;
    if (outcome === INTEGER_OK) continue;
    if (outcome === INTEGER_INVALID) return NOT_INTEGERS;
    if (outcome === INTEGER_OVERFLOW) return tryUnsigned(fields, options);
    if (outcome === INTEGER_BIG) return tryBigIntegers(fields, options);
  }
  // NaN marks the holes already: a column with holes is a float column.
  return { kind: "column", column: missingCount > 0 ? Column.float64(values) : Column.int64(values) };
}

function tryBigIntegers(fields: FieldSlice, options: ConvertOptions): IntegerAttempt {
  const { missing } = options;
  const values = new BigInt64Array(fields.rows);
  let missingCount = 0;
  for (let row = 0; row < fields.rows; row += 1) {
    const { bytes, from, to } = fieldAt(fields, row);
    if (missing?.has(bytes, from, to)) {
      values[row] = INT64_MIN;
      missingCount += 1;
      continue;
    }
    const value = scanner.int64(bytes, from, to);
    const { outcome } = scanner;
    if (outcome === INTEGER_INVALID) return NOT_INTEGERS;
    if (outcome === INTEGER_OVERFLOW) return tryUnsigned(fields, options);
    values[row] = outcome === INTEGER_BIG ? scanner.big : BigInt(value);
  }
  if (missingCount === 0) return { kind: "column", column: Column.int64(values) };
  // The smallest integer stands for a hole inside pandas, so it becomes one when there are holes.
  const floats = Float64Array.from(values, (value) => (value === INT64_MIN ? Number.NaN : Number(value)));
  return { kind: "column", column: Column.float64(floats) };
}

function tryUnsigned(fields: FieldSlice, options: ConvertOptions): IntegerAttempt {
  const { missing } = options;
  const values = new BigUint64Array(fields.rows);
  let missingSeen = false;
  let largeSeen = false;
  scanner.negativeSeen = false;
  for (let row = 0; row < fields.rows; row += 1) {
    const { bytes, from, to } = fieldAt(fields, row);
    if (missing?.has(bytes, from, to)) {
      missingSeen = true;
      continue;
    }
    const outcome = scanner.uint64(bytes, from, to);
    if (outcome === INTEGER_INVALID) return NOT_INTEGERS;
    if (outcome === INTEGER_OVERFLOW) return { kind: "text", keepMissingWords: false };
    values[row] = scanner.big;
    if (scanner.big >= 9223372036854775808n) largeSeen = true;
  }
  // pandas then reads the column as text without looking for missing words.
  if (largeSeen && (missingSeen || scanner.negativeSeen)) return { kind: "text", keepMissingWords: true };
  if (scanner.negativeSeen) return { kind: "text", keepMissingWords: false };
  return { kind: "column", column: Column.uint64(values) };
}

function tryFloats(fields: FieldSlice, options: ConvertOptions): Column | undefined {
  const { window, scratch, starts, ends, rows } = fields;
  const { missing, missingNumbers, floatPrecision } = options;
  const values = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let from = starts[row]!;
    let to = ends[row]!;
    let bytes = window;
    if (from < 0) {
      bytes = scratch;
      from = ~from;
      to = ~to;
    }
    if (missing?.has(bytes, from, to)) {
      values[row] = Number.NaN;
      continue;
    }
    values[row] = scanner.float(bytes, from, to, floatPrecision);
    if (!scanner.valid) return undefined;
    if (missingNumbers?.has(values[row]!)) values[row] = Number.NaN;
  }
  return Column.float64(values);
}

/** Booleans in any case; with holes the column is mixed. */
function tryBooleans(fields: FieldSlice, options: ConvertOptions): Column | undefined {
  const { missing } = options;
  const values = new Uint8Array(fields.rows);
  let holes: Cell[] | undefined;
  for (let row = 0; row < fields.rows; row += 1) {
    const { bytes, from, to } = fieldAt(fields, row);
    if (missing?.has(bytes, from, to)) {
      holes ??= Array.from(values.subarray(0, row), (value) => value === 1);
      holes.push(null);
      continue;
    }
    const truth = truthOf(bytes, from, to);
    if (truth === undefined) return undefined;
    values[row] = truth ? 1 : 0;
    holes?.push(truth);
  }
  return holes ? Column.object(holes) : Column.bool(values);
}

/** `true` or `false` in any case, else undefined. */
export function truthOf(bytes: Buffer, from: number, to: number): boolean | undefined {
  const length = to - from;
  if (length !== 4 && length !== 5) return undefined;
  const word = bytes.toString("latin1", from, to).toLowerCase();
  if (word === "true") return true;
  if (word === "false") return false;
  return undefined;
}

/**
 * Text cells. The bytes of the column are gathered and decoded once, so that the strings share the memory of this column only
 * and not that of the whole block.
 */
function readText(fields: FieldSlice, missing: MissingWords | undefined): Column {
  const { rows } = fields;
  const cells = new Array<Cell>(rows);
  if (!fields.ascii) {
    for (let row = 0; row < rows; row += 1) {
      const { bytes, from, to } = fieldAt(fields, row);
      cells[row] = missing?.has(bytes, from, to) ? null : bytes.toString("utf8", from, to);
    }
    return Column.object(cells);
  }
  let total = 0;
  for (let row = 0; row < rows; row += 1) total += Math.abs(fields.ends[row]! - fields.starts[row]!);
  const gathered = Buffer.allocUnsafe(total);
  const offsets = new Int32Array(rows + 1);
  let length = 0;
  for (let row = 0; row < rows; row += 1) {
    const { bytes, from, to } = fieldAt(fields, row);
    offsets[row] = length;
    if (to - from > 64) {
      bytes.copy(gathered, length, from, to);
      length += to - from;
    } else for (let index = from; index < to; index += 1, length += 1) gathered[length] = bytes[index]!;
  }
  offsets[rows] = length;
  const text = length < MAX_STRING ? gathered.toString("latin1", 0, length) : undefined;
  for (let row = 0; row < rows; row += 1) {
    const from = offsets[row]!;
    const to = offsets[row + 1]!;
    if (missing?.has(gathered, from, to)) cells[row] = null;
    else cells[row] = text === undefined ? gathered.toString("latin1", from, to) : text.slice(from, to);
  }
  return Column.object(cells);
}

/** V8's strings end near 2^29 characters. */
const MAX_STRING = 2 ** 28;

interface FieldBytes {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

function fieldAt(fields: FieldSlice, row: number): FieldBytes {
  const from = fields.starts[row]!;
  const to = fields.ends[row]!;
  return from < 0 ? { bytes: fields.scratch, from: ~from, to: ~to } : { bytes: fields.window, from, to };
}

/**
 * A kind as inferred for one block. `"holed integers"` are floats that were read as integers, `"holed booleans"` are mixed
 * columns of booleans and missing cells, `"words"` is text in which missing words stay text.
 */
export type InferredKind = ColumnKind | "holed integers" | "holed booleans" | "words";

/** The kind that {@link convertColumn} gives, without making strings of text. */
export function inferColumnKind(fields: FieldSlice, options: ConvertOptions): InferredKind {
  const integers = tryIntegers(fields, options);
  if (integers.kind === "column") return integers.column.kind === "float64" ? "holed integers" : integers.column.kind;
  if (integers.kind === "text") return integers.keepMissingWords ? "words" : "object";
  if (allFloats(fields, options)) return "float64";
  const booleans = tryBooleans(fields, options);
  if (!booleans) return "object";
  return booleans.kind === "bool" ? "bool" : "holed booleans";
}

function allFloats(fields: FieldSlice, options: ConvertOptions): boolean {
  const { missing, floatPrecision } = options;
  for (let row = 0; row < fields.rows; row += 1) {
    const { bytes, from, to } = fieldAt(fields, row);
    if (!missing?.has(bytes, from, to) && !scanner.isFloat(bytes, from, to, floatPrecision)) return false;
  }
  return true;
}
