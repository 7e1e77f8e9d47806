import { type Cell, Column } from "./column.js";
import { concatColumns } from "./csv/concat-columns.js";
import { ColumnMissingError, ShapeError } from "./errors.js";
import { type Group, type GroupByOptions, groupRows } from "./group-by.js";
import { rowKey } from "./row-key.js";
import { type SortOptions, sortOrder } from "./sort/sort-order.js";

/** One level of the row labels. */
export interface IndexLevel {
  readonly name: string | null;
  readonly column: Column;
}

/** What a {@link DataFrame} may be made with besides its columns. */
export interface DataFrameOptions {
  /** Row labels; without, rows are labelled 0, 1, 2, ... */
  readonly index?: readonly IndexLevel[];
  /** Rows of a table without columns. */
  readonly height?: number;
}

/** One row as an object: the cells by the names of their columns. */
export type Row = Readonly<Record<string, Cell>>;

/** An immutable table: named columns of equal length. Every operation returns a new table that shares columns. */
export class DataFrame {
  private readonly byName: ReadonlyMap<string, Column>;
  private readonly ownIndex: readonly IndexLevel[];
  /** Number of rows. */
  readonly height: number;

  /** @throws ShapeError when columns differ in length or a name occurs twice. */
  constructor(
    columns: Iterable<readonly [string, Column]> | Readonly<Record<string, Column>>,
    options: DataFrameOptions = {},
  ) {
    const entries =
      Symbol.iterator in columns ? [...(columns as Iterable<readonly [string, Column]>)] : Object.entries(columns);
    this.byName = new Map(entries);
    this.ownIndex = options.index ?? [];
    if (this.byName.size !== entries.length) throw new ShapeError("A column name occurs twice.");
    this.height = entries[0]?.[1].length ?? this.ownIndex[0]?.column.length ?? options.height ?? 0;
    for (const [name, column] of entries) {
      if (column.length !== this.height) {
        throw new ShapeError(`Column ${JSON.stringify(name)} has ${column.length} rows, not ${this.height}.`);
      }
    }
    for (const level of this.ownIndex) {
      if (level.column.length !== this.height)
        throw new ShapeError(`The index has ${level.column.length} rows, not ${this.height}.`);
    }
  }

  /** A table of lists of cells; each column gets the narrowest kind, see {@link Column.from}. */
  static fromCells(cells: Readonly<Record<string, readonly Cell[]>>): DataFrame {
    return new DataFrame(Object.entries(cells).map(([name, values]) => [name, Column.from(values)] as const));
  }

  /** A table of row objects; the columns are those of the first row unless named. */
  static fromRows(rows: readonly Row[], columns: readonly string[] = Object.keys(rows[0] ?? {})): DataFrame {
    return new DataFrame(columns.map((name) => [name, Column.from(rows.map((row) => row[name] ?? null))] as const));
  }

  /** Names in order. */
  get columns(): readonly string[] {
    return [...this.byName.keys()];
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** @throws ColumnMissingError */
  column(name: string): Column {
    const column = this.byName.get(name);
    if (!column) throw new ColumnMissingError(name, this.columns);
    return column;
  }

  /** One row as an object. */
  row(row: number): Row {
    return Object.fromEntries([...this.byName].map(([name, column]) => [name, column.get(row)]));
  }

  *rows(): Generator<Row> {
    for (let row = 0; row < this.height; row += 1) yield this.row(row);
  }

  /** Row labels, level by level; 0, 1, 2, ... when the table has none of its own. */
  indexLevels(): readonly IndexLevel[] {
    return this.ownIndex.length > 0 ? this.ownIndex : [{ name: null, column: Column.range(this.height) }];
  }

  /** Only these columns, in this order. */
  select(names: readonly string[]): DataFrame {
    return this.with(names.map((name) => [name, this.column(name)] as const));
  }

  /** Without these columns. @throws ColumnMissingError when one does not exist */
  drop(names: string | readonly string[]): DataFrame {
    const unwanted = new Set(typeof names === "string" ? [names] : names);
    for (const name of unwanted) this.column(name);
    return this.with([...this.byName].filter(([name]) => !unwanted.has(name)));
  }

  /** New names for some columns; names that do not exist are ignored, as in pandas. */
  rename(names: Readonly<Record<string, string>>): DataFrame {
    return this.with(
      [...this.byName].map(([name, column]) => [Object.hasOwn(names, name) ? names[name]! : name, column] as const),
    );
  }

  /** With a column added at the end or replaced in place: a column, a list of cells, or one value for all rows. */
  withColumn(name: string, value: Column | readonly Cell[] | Cell): DataFrame {
    const column =
      value instanceof Column
        ? value
        : typeof value === "object" && value !== null
          ? Column.from(value)
          : Column.constant(value, this.height);
    const next = new Map(this.byName);
    next.set(name, column);
    return this.with(next);
  }

  /** The rows in the given order, which may repeat; labels go along. */
  take(rows: ArrayLike<number>): DataFrame {
    const index =
      this.ownIndex.length > 0
        ? this.ownIndex.map((level) => ({ name: level.name, column: level.column.take(rows) }))
        : [{ name: null, column: Column.int64(Float64Array.from(rows)) }];
    return new DataFrame(
      [...this.byName].map(([name, column]) => [name, column.take(rows)] as const),
      {
        index,
        height: rows.length,
      },
    );
  }

  /** The rows for which the mask, or the test of a row number, is true. */
  filter(keep: ArrayLike<boolean> | ((row: number) => boolean)): DataFrame {
    if (typeof keep !== "function" && keep.length !== this.height) {
      throw new ShapeError(`The mask has ${keep.length} values for ${this.height} rows.`);
    }
    const rows: number[] = [];
    for (let row = 0; row < this.height; row += 1) {
      if (typeof keep === "function" ? keep(row) : keep[row]) rows.push(row);
    }
    return this.take(rows);
  }

  /** Rows from one to before another. */
  slice(from: number, to: number = this.height): DataFrame {
    const first = Math.max(0, from);
    return this.take(
      Array.from({ length: Math.max(0, Math.min(to, this.height) - first) }, (_, index) => first + index),
    );
  }

  head(count = 5): DataFrame {
    return this.slice(0, count);
  }

  /** pandas' `sort_values`. */
  sort(by: string | readonly string[], options: SortOptions = {}): DataFrame {
    return this.take(this.sortOrder(by, options));
  }

  /** Row numbers in the order that {@link sort} gives. */
  sortOrder(by: string | readonly string[], options: SortOptions = {}): Int32Array {
    const names = typeof by === "string" ? [by] : by;
    return sortOrder(
      names.map((name) => this.column(name)),
      options,
    );
  }

  /** Rows by equal keys, sorted by key unless asked otherwise; rows with a missing key are left out, as in pandas. */
  groupBy(by: string | readonly string[], options: GroupByOptions = {}): Group[] {
    const names = typeof by === "string" ? [by] : by;
    return groupRows(
      names.map((name) => this.column(name)),
      options,
    );
  }

  /** One row per distinct combination of the columns, by default of all. */
  dropDuplicates(options: { readonly by?: readonly string[]; readonly keep?: "first" | "last" } = {}): DataFrame {
    const keys = (options.by ?? this.columns).map((name) => this.column(name));
    const kept = new Map<string, number>();
    for (let row = 0; row < this.height; row += 1) {
      const key = rowKey(keys, row);
      if (options.keep === "last" || !kept.has(key)) kept.set(key, row);
    }
    return this.take([...kept.values()].sort((a, b) => a - b));
  }

  /** With these columns as row labels. `nameless`: labels of such columns are written without a name. */
  setIndex(names: readonly string[], options: { readonly nameless?: ReadonlySet<string> } = {}): DataFrame {
    const index = names.map((name) => ({ name: options.nameless?.has(name) ? null : name, column: this.column(name) }));
    return new DataFrame(
      [...this.byName].filter(([name]) => !names.includes(name)),
      { index, height: this.height },
    );
  }

  /** Rows labelled 0, 1, 2, ... again. `keep` puts the old labels in front as columns (`index` when they have no name). */
  resetIndex(options: { readonly keep?: boolean } = {}): DataFrame {
    const kept = options.keep ? this.indexLevels().map((level) => [level.name ?? "index", level.column] as const) : [];
    return new DataFrame([...kept, ...this.byName], { height: this.height });
  }

  /** Missing cells of all or of the named columns replaced. */
  fillMissing(value: Exclude<Cell, null>, names: readonly string[] = this.columns): DataFrame {
    return this.mapColumns(names, (column) => column.fillMissing(value));
  }

  /** Columns converted, see {@link Column.asType}. */
  asType(types: Readonly<Record<string, "str" | "int64" | "float64" | "bool" | "object">>): DataFrame {
    return this.mapColumns(Object.keys(types), (column, name) => column.asType(types[name]!));
  }

  /** Rows without a missing cell in the named columns, by default in all. */
  dropMissing(names: readonly string[] = this.columns): DataFrame {
    const columns = names.map((name) => this.column(name));
    return this.filter((row) => columns.every((column) => !column.isMissing(row)));
  }

  private mapColumns(names: readonly string[], change: (column: Column, name: string) => Column): DataFrame {
    const next = new Map(this.byName);
    for (const name of names) next.set(name, change(this.column(name), name));
    return this.with(next);
  }

  private with(columns: Iterable<readonly [string, Column]>): DataFrame {
    return new DataFrame(columns, { index: this.ownIndex, height: this.height });
  }
}

/**
 * Tables one below the other. Columns are united in order of appearance; what a table lacks is missing there.
 * @param options.ignoreIndex label the rows 0, 1, 2, ... again. @default false
 */
export function concat(frames: readonly DataFrame[], options: { readonly ignoreIndex?: boolean } = {}): DataFrame {
  const names = [...new Set(frames.flatMap((frame) => frame.columns))];
  const columns = names.map((name) => {
    const parts = frames.map((frame) =>
      frame.has(name) ? frame.column(name) : Column.float64(new Float64Array(frame.height).fill(Number.NaN)),
    );
    return [name, concatColumns(parts.length > 0 ? parts : [Column.object([])])] as const;
  });
  const height = frames.reduce((sum, frame) => sum + frame.height, 0);
  if (options.ignoreIndex || frames.length === 0) return new DataFrame(columns, { height });
  const levels = frames.map((frame) => frame.indexLevels());
  const index = levels[0]!.map((level, at) => ({
    name: level.name,
    column: concatColumns(levels.map((own) => own[at]?.column ?? level.column)),
  }));
  return new DataFrame(columns, { height, index });
}
