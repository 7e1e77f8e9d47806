import { ConversionError, ShapeError } from "./errors.js";
import { pyFloatRepr } from "./python/float-repr.js";
import { parsePyFloat, parsePyInt } from "./python/parse-number.js";
import { numpyArgsort } from "./sort/numpy-argsort.js";

/** pandas' dtype of a column. */
export type ColumnKind = "int64" | "uint64" | "float64" | "bool" | "object";

/**
 * One value. In `object` columns a bigint is Python's int, a number is Python's float, null is a missing value.
 * `int64` columns give numbers, or bigints when a value of the column is beyond 2^53.
 */
export type Cell = string | number | bigint | boolean | null;

type Storage =
  | { readonly kind: "int64"; readonly data: Float64Array | BigInt64Array }
  | { readonly kind: "uint64"; readonly data: BigUint64Array }
  | { readonly kind: "float64"; readonly data: Float64Array }
  | { readonly kind: "bool"; readonly data: Uint8Array }
  | { readonly kind: "object"; readonly data: readonly Cell[] };

/**
 * An immutable column: a kind and as many values. Missing values exist in `float64` (NaN) and `object` (null) columns only,
 * as in pandas.
 */
export class Column {
  private constructor(private readonly storage: Storage) {}

  /** A column of 64-bit integers. Numbers must be safe integers. */
  static int64(values: ArrayLike<number> | BigInt64Array | readonly bigint[]): Column {
    if (values instanceof BigInt64Array) return new Column({ kind: "int64", data: values });
    if (values instanceof Float64Array) return new Column({ kind: "int64", data: values });
    const first = values[0];
    if (typeof first === "bigint") {
      const bigs = values as readonly bigint[];
      const safe = bigs.every((value) => Number.isSafeInteger(Number(value)));
      return new Column({ kind: "int64", data: safe ? Float64Array.from(bigs, Number) : BigInt64Array.from(bigs) });
    }
    return new Column({ kind: "int64", data: Float64Array.from(values as ArrayLike<number>) });
  }

  static uint64(values: BigUint64Array): Column {
    return new Column({ kind: "uint64", data: values });
  }

  /** A column of doubles; NaN is missing. */
  static float64(values: ArrayLike<number>): Column {
    return new Column({ kind: "float64", data: values instanceof Float64Array ? values : Float64Array.from(values) });
  }

  static bool(values: ArrayLike<boolean> | Uint8Array): Column {
    const data = values instanceof Uint8Array ? values : Uint8Array.from(values as ArrayLike<boolean>, Number);
    return new Column({ kind: "bool", data });
  }

  /** A column of anything. A number prints as Python's float (`1.0`), a bigint as an int; null is missing. */
  static object(values: readonly Cell[]): Column {
    return new Column({ kind: "object", data: values });
  }

  /**
   * A column of the narrowest kind: `int64` when all cells are integers (bigint or number), `float64` when they are numbers
   * or missing, `bool` when all are booleans, else `object`. Use the named constructors where the kind matters.
   */
  static from(values: readonly Cell[]): Column {
    let kind: ColumnKind | undefined;
    for (const value of values) {
      const own = kindOfCell(value);
      if (kind === undefined || kind === own) kind = own;
      else if (kind !== "bool" && kind !== "object" && own !== "bool" && own !== "object") kind = "float64";
      else return Column.object(values);
    }
    if (kind === "int64") {
      const safe = values.every((value) => Number.isSafeInteger(Number(value)));
      if (safe) return new Column({ kind, data: Float64Array.from(values, Number) });
      return new Column({ kind, data: BigInt64Array.from(values as readonly (bigint | number)[], BigInt) });
    }
    if (kind === "float64")
      return Column.float64(Float64Array.from(values, (v) => (v === null ? Number.NaN : Number(v))));
    if (kind === "bool") return Column.bool(Uint8Array.from(values, Number));
    return Column.object(values);
  }

  /** The same value in every row. */
  static constant(value: Cell, length: number): Column {
    if (typeof value === "number" && Number.isSafeInteger(value)) {
      return Column.int64(new Float64Array(length).fill(value));
    }
    if (typeof value === "number") return Column.float64(new Float64Array(length).fill(value));
    return Column.from(new Array<Cell>(length).fill(value));
  }

  /** The integers from 0 to length - 1. */
  static range(length: number): Column {
    return Column.int64(Float64Array.from({ length }, (_, index) => index));
  }

  get kind(): ColumnKind {
    return this.storage.kind;
  }

  get length(): number {
    return this.storage.data.length;
  }

  /** True for the number kinds and `bool`. */
  get isNumeric(): boolean {
    return this.kind !== "object";
  }

  /** The typed array or list below the column; do not change it. */
  get data(): Float64Array | BigInt64Array | BigUint64Array | Uint8Array | readonly Cell[] {
    return this.storage.data;
  }

  /** Value of a row; null when missing. */
  get(row: number): Cell {
    const { storage } = this;
    if (row < 0 || row >= storage.data.length)
      throw new ShapeError(`Row ${row} of ${storage.data.length} does not exist.`);
    if (storage.kind === "float64") {
      const value = storage.data[row]!;
      return Number.isNaN(value) ? null : value;
    }
    if (storage.kind === "bool") return storage.data[row] === 1;
    return storage.data[row] ?? null;
  }

  isMissing(row: number): boolean {
    const { storage } = this;
    if (storage.kind === "float64") return Number.isNaN(storage.data[row]);
    return storage.kind === "object" && storage.data[row] === null;
  }

  hasMissing(): boolean {
    const { storage } = this;
    if (storage.kind === "float64") return storage.data.some(Number.isNaN);
    return storage.kind === "object" && storage.data.includes(null);
  }

  countMissing(): number {
    let count = 0;
    for (let row = 0; row < this.length; row += 1) if (this.isMissing(row)) count += 1;
    return count;
  }

  /** Python's `str` of a cell: `1`, `1.0`, `True`; `nan` when missing. */
  text(row: number): string {
    const { storage } = this;
    switch (storage.kind) {
      case "float64":
        return pyFloatRepr(storage.data[row]!);
      case "bool":
        return storage.data[row] === 1 ? "True" : "False";
      case "object":
        return cellText(storage.data[row] ?? null);
      default:
        return String(storage.data[row]);
    }
  }

  /** All cells. */
  cells(): Cell[] {
    return Array.from({ length: this.length }, (_, row) => this.get(row));
  }

  /** All cells as Python's `str` writes them; null where missing. */
  strings(): (string | null)[] {
    return Array.from({ length: this.length }, (_, row) => (this.isMissing(row) ? null : this.text(row)));
  }

  /**
   * All cells as doubles: NaN where missing, booleans as 0 and 1.
   * @throws ConversionError when a cell is text, as numpy arithmetic on such a column fails.
   */
  numbers(): Float64Array {
    const { storage } = this;
    if (storage.kind === "float64") return storage.data;
    if (storage.kind === "int64" && storage.data instanceof Float64Array) return storage.data;
    const result = new Float64Array(this.length);
    for (let row = 0; row < result.length; row += 1) {
      const cell = storage.data[row] ?? null;
      if (typeof cell === "string") throw this.notNumeric(row);
      result[row] = cell === null ? Number.NaN : Number(cell);
    }
    return result;
  }

  /** One odd cell makes a whole column text; it is the one to name, not the first number that became text with it. */
  private notNumeric(firstText: number): ConversionError {
    const cells = this.storage.data as readonly Cell[];
    const odd = cells.findIndex((cell) => typeof cell === "string" && parsePyFloat(cell) === undefined);
    const row = odd < 0 ? firstText : odd;
    return new ConversionError(`Row ${row} holds the text ${shown(String(cells[row]))} where a number is needed.`);
  }

  /** The rows in the given order; rows may repeat. */
  take(rows: ArrayLike<number>): Column {
    const { storage } = this;
    const count = rows.length;
    if (storage.kind === "object") {
      const data = new Array<Cell>(count);
      for (let index = 0; index < count; index += 1) data[index] = storage.data[rows[index]!] as Cell;
      return new Column({ kind: "object", data });
    }
    const data = storage.data.slice(0, 0).constructor as
      | Float64ArrayConstructor
      | BigInt64ArrayConstructor
      | BigUint64ArrayConstructor
      | Uint8ArrayConstructor;
    const taken = new data(count);
    for (let index = 0; index < count; index += 1) taken[index] = storage.data[rows[index]!]!;
    return new Column({ kind: storage.kind, data: taken } as Storage);
  }

  slice(from: number, to?: number): Column {
    return new Column({ kind: this.storage.kind, data: this.storage.data.slice(from, to) } as Storage);
  }

  /** Missing cells replaced, as `fillna`: text into numbers gives an `object` column. */
  fillMissing(value: Exclude<Cell, null>): Column {
    const { storage } = this;
    if (storage.kind === "float64" && typeof value !== "string") {
      const number = Number(value);
      return Column.float64(storage.data.map((own) => (Number.isNaN(own) ? number : own)));
    }
    if (storage.kind !== "float64" && storage.kind !== "object") return this;
    if (!this.hasMissing()) return this;
    return Column.object(this.cells().map((cell) => (cell === null ? value : cell)));
  }

  /**
   * pandas' `astype`. To "str" every cell becomes Python's `str` of it, missing ones the text `nan`; to numbers, text goes
   * through Python's `int()` or `float()`.
   * @throws ConversionError for text that is no number, and for NaN or infinity to integer.
   */
  asType(type: "str" | "int64" | "float64" | "bool" | "object"): Column {
    switch (type) {
      case "str":
        return Column.object(Array.from({ length: this.length }, (_, row) => this.text(row)));
      case "object":
        return Column.object(this.objectCells());
      case "float64":
        return Column.float64(Float64Array.from({ length: this.length }, (_, row) => this.floatAt(row)));
      case "bool":
        return Column.bool(Uint8Array.from({ length: this.length }, (_, row) => Number(this.truthAt(row))));
      case "int64":
        return this.kind === "int64"
          ? this
          : Column.int64(Array.from({ length: this.length }, (_, row) => this.integerAt(row)));
    }
  }

  /** Cells as an `object` column holds them: integers as bigint, floats as number. */
  objectCells(): Cell[] {
    if (this.storage.kind !== "int64") return this.cells();
    return Array.from(this.storage.data as ArrayLike<number | bigint>, (value) => BigInt(value));
  }

  /** Distinct cells in order of first appearance; a missing value counts once. */
  unique(): Cell[] {
    const seen = new Map<Cell, Cell>();
    for (let row = 0; row < this.length; row += 1) {
      const cell = this.get(row);
      const key = cellKey(cell);
      if (!seen.has(key)) seen.set(key, cell);
    }
    return [...seen.values()];
  }

  /** Number of distinct cells, missing ones left out. */
  countUnique(): number {
    return this.unique().filter((cell) => cell !== null).length;
  }

  /**
   * How often each cell occurs, missing ones left out: most frequent first, equal counts in the order that numpy's unstable
   * sort leaves them in, as `value_counts`.
   */
  valueCounts(): { readonly value: Exclude<Cell, null>; readonly count: number }[] {
    const counts = new Map<Cell, { value: Exclude<Cell, null>; count: number }>();
    for (let row = 0; row < this.length; row += 1) {
      const value = this.get(row);
      if (value === null) continue;
      const key = cellKey(value);
      const entry = counts.get(key);
      if (entry) entry.count += 1;
      else counts.set(key, { value, count: 1 });
    }
    const entries = [...counts.values()].reverse();
    const order = Int32Array.from(entries, (_, index) => index);
    numpyArgsort(order, (a, b) => entries[a]!.count < entries[b]!.count);
    return Array.from(order.reverse(), (index) => entries[index]!);
  }

  /** Per row whether its cell is among the values (numbers and bigints of equal value are equal; missing matches null). */
  isIn(values: Iterable<Cell>): boolean[] {
    const wanted = new Set<Cell>();
    for (const value of values) wanted.add(cellKey(value));
    return Array.from({ length: this.length }, (_, row) => wanted.has(cellKey(this.get(row))));
  }

  private floatAt(row: number): number {
    const cell = this.get(row);
    if (cell === null) return Number.NaN;
    if (typeof cell !== "string") return Number(cell);
    const value = parsePyFloat(cell);
    if (value === undefined) throw new ConversionError(`Row ${row}: could not convert ${shown(cell)} to a float.`);
    return value;
  }

  private integerAt(row: number): bigint {
    const cell = this.get(row);
    const value =
      cell === null || (typeof cell === "number" && !Number.isFinite(cell))
        ? undefined
        : typeof cell === "string"
          ? parsePyInt(cell)
          : typeof cell === "number"
            ? BigInt(Math.trunc(cell))
            : BigInt(cell);
    if (value === undefined || BigInt.asIntN(64, value) !== value) {
      throw new ConversionError(`Row ${row}: could not convert ${shown(this.text(row))} to an integer.`);
    }
    return value;
  }

  private truthAt(row: number): boolean {
    const cell = this.get(row);
    // NaN is true in Python.
    return cell === null || (typeof cell === "string" ? cell !== "" : Number(cell) !== 0);
  }
}

/** A key under which Python-equal cells are equal in a Map or Set: `1`, `1n` and `true` are one. */
export function cellKey(cell: Cell): Cell {
  if (typeof cell === "boolean") return cell ? 1 : 0;
  if (typeof cell === "bigint") {
    const number = Number(cell);
    return Number.isSafeInteger(number) ? number : cell;
  }
  if (typeof cell === "number" && Number.isInteger(cell) && !Number.isSafeInteger(cell)) return BigInt(cell);
  return cell;
}

/** Python's `str` of a cell of an `object` column. */
export function cellText(cell: Cell): string {
  if (typeof cell === "string") return cell;
  if (typeof cell === "number") return pyFloatRepr(cell);
  if (cell === null) return "nan";
  if (typeof cell === "boolean") return cell ? "True" : "False";
  return String(cell);
}

function kindOfCell(value: Cell): ColumnKind {
  if (typeof value === "string") return "object";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return "int64";
  return "float64";
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
