import { ColumnMissingError, OptionError, ShapeError } from "../../errors.js";
import { BlockReader } from "../block-reader.js";
import { openFileSource } from "../byte-source.js";
import type { ReadCsvOptions } from "../read-options.js";
import { FieldQuoter } from "../row-formatter.js";
import { FIELD_SLACK, type FieldWriter, fieldWriter, missingTextBytes } from "./field-writers.js";
import { permutedSink, type RowSink, sequentialSink } from "./row-sink.js";
import { type CsvScan, type ScannedColumn, scanCsv } from "./scan-csv.js";

/** One file that a split writes: its rows and columns. */
export interface SplitOutput {
  readonly path: string;
  /** Source rows in the order of the output, none twice. @default all rows in their order */
  readonly rows?: Int32Array | Uint32Array;
  /** Per source row, 0 leaves it out. Only without `rows`. */
  readonly keep?: Uint8Array;
  /** @default all columns in their order */
  readonly columns?: readonly string[];
  /** New names of columns. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Columns that stand behind the others and have the same text in every row, by name; the text is written as it is. */
  readonly constants?: Readonly<Record<string, string>>;
  /** @default "," */
  readonly separator?: string;
  /** @default "minimal" */
  readonly quoting?: "minimal" | "all" | "nonnumeric";
  /** @default true */
  readonly header?: boolean;
  /** @default "" */
  readonly missingText?: string;
}

/** What {@link splitCsv} takes. */
export interface SplitOptions {
  /** How to read the source when it is given by its path. */
  readonly read?: ReadCsvOptions;
  /** Memory for rows on their way, besides the row numbers that the caller holds. @default 64 */
  readonly memoryMiB?: number;
  readonly signal?: AbortSignal;
  /** Called after each block of rows of the second pass. */
  readonly onProgress?: (progress: { readonly rows: number; readonly totalRows: number }) => void;
}

/**
 * Splits a CSV file that need not fit into memory into files of chosen rows and columns, each byte for byte what pandas
 * writes after `read_csv(...)`, `.iloc[rows]` and `to_csv(index=False)`. The source is read twice: once for the types, once
 * to lay the rows into place. Needs free disk of the size of the permuted outputs beside them while it works.
 * @param source path, or a scan made before (its number of rows is usually needed to choose the rows)
 * @throws ShapeError for row numbers beyond the source or given twice
 */
export async function splitCsv(
  source: string | CsvScan,
  outputs: readonly SplitOutput[],
  options: SplitOptions = {},
): Promise<CsvScan> {
  const scan = typeof source === "string" ? await scanCsv(source, options.read) : source;
  const memoryBytes = (options.memoryMiB ?? 64) * 2 ** 20;
  const plans = outputs.map((output) => planOutput(scan, output, memoryBytes / Math.max(1, outputs.length)));
  const locator = new RowLocator(scan.rows, plans, memoryBytes / 4);
  const sinks: RowSink[] = [];
  const file = openFileSource(scan.path);
  try {
    const reader = new BlockReader(file, scan.options);
    for (const plan of plans) sinks.push(plan.openSink());
    let row = 0;
    for (let block = 0, rows = reader.nextRows(); rows > 0; block += 1, rows = reader.nextRows()) {
      options.signal?.throwIfAborted();
      writeBlock(reader, plans, sinks, locator, { block, firstRow: row, rows });
      reader.release();
      row += rows;
      options.onProgress?.({ rows: row, totalRows: scan.rows });
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const sink of sinks) {
      options.signal?.throwIfAborted();
      sink.finish();
    }
    return scan;
  } finally {
    file.close();
    for (const sink of sinks) sink.abandon();
  }
}

interface OutputPlan {
  readonly output: SplitOutput;
  readonly columns: readonly ScannedColumn[];
  readonly openSink: () => RowSink;
  readonly separator: number;
  /** The constants of a row, each behind a separator. */
  readonly rowEnd: Buffer;
}

/** Files that are open at the same time for one output. */
const MAX_BUCKETS = 200;
/** Small enough for the processor's cache, which putting lines in order is all about. */
const BUCKET_BYTES = 4 * 2 ** 20;
const BUCKET_BUFFER_BYTES = 1 << 16;

function planOutput(scan: CsvScan, output: SplitOutput, memoryBytes: number): OutputPlan {
  if (output.rows && output.keep) throw new OptionError("An output has either rows or keep, not both.");
  if (output.keep && output.keep.length !== scan.rows) {
    throw new ShapeError(`keep has ${output.keep.length} values for ${scan.rows} rows.`);
  }
  const names = output.columns ?? scan.columns.map((column) => column.name);
  const columns = names.map((name) => {
    const column = scan.columns.find((own) => own.name === name);
    if (!column)
      throw new ColumnMissingError(
        name,
        scan.columns.map((own) => own.name),
      );
    return column;
  });
  const separator = output.separator ?? ",";
  if (separator.length !== 1 || separator > "\x7f") throw new OptionError("The separator must be one ASCII character.");
  const quoter = new FieldQuoter({ separator, quoting: output.quoting });
  const constants = Object.entries(output.constants ?? {});
  const shown = [...names.map((name) => output.rename?.[name] ?? name), ...constants.map(([name]) => name)];
  const headerLine = quoter.line(shown.map((name) => quoter.text(name)));
  const header = Buffer.from(output.header === false ? "" : `${headerLine}\n`);
  const layout = {
    output,
    columns,
    separator: separator.charCodeAt(0),
    rowEnd: Buffer.from(constants.map(([, text]) => separator + text).join("")),
  };
  const { rows } = output;
  if (rows === undefined || rows.length === 0 || isAscending(rows)) {
    return { ...layout, openSink: () => sequentialSink(output.path, header) };
  }
  const bytes = (scan.bytes / Math.max(1, scan.rows)) * rows.length;
  const bucketBytes = Math.min(BUCKET_BYTES, memoryBytes / 4);
  const buckets = Math.min(MAX_BUCKETS, Math.ceil(bytes / bucketBytes), rows.length);
  const shape = { rows: rows.length, bucketRows: Math.ceil(rows.length / buckets), bufferBytes: BUCKET_BUFFER_BYTES };
  return { ...layout, openSink: () => permutedSink(output.path, header, shape) };
}

function isAscending(rows: Int32Array | Uint32Array): boolean {
  for (let index = 1; index < rows.length; index += 1) if (rows[index]! <= rows[index - 1]!) return false;
  return true;
}

/** Finds where a source row goes in each output, with an inverse of the row lists for a window of source rows at a time. */
class RowLocator {
  private readonly lists: readonly (Int32Array | Uint32Array)[];
  private readonly inverses: Int32Array[];
  private readonly windowRows: number;
  private windowFirst = 0;
  private windowEnd = 0;

  constructor(
    private readonly totalRows: number,
    private readonly plans: readonly OutputPlan[],
    memoryBytes: number,
  ) {
    this.lists = [...new Set(plans.flatMap((plan) => (plan.output.rows ? [plan.output.rows] : [])))];
    this.windowRows = Math.max(65_536, Math.floor(memoryBytes / 4 / Math.max(1, this.lists.length)));
    this.inverses = this.lists.map(() => new Int32Array(Math.min(this.windowRows, totalRows)));
    for (const list of this.lists) this.checkRange(list);
  }

  /** Positions by source row for a plan, starting at `first`; undefined when the output follows the source. */
  positions(plan: OutputPlan): { readonly inverse: Int32Array; readonly first: number } | undefined {
    const { rows } = plan.output;
    if (!rows) return undefined;
    return { inverse: this.inverses[this.lists.indexOf(rows)]!, first: this.windowFirst };
  }

  /** Makes the window hold this row; returns the first row behind the window. */
  moveTo(row: number): number {
    if (row < this.windowEnd || this.plans.length === 0) return this.windowEnd;
    this.windowFirst = row;
    this.windowEnd = Math.min(this.totalRows, row + this.windowRows);
    for (const [index, list] of this.lists.entries()) this.fill(this.inverses[index]!, list);
    return this.windowEnd;
  }

  private fill(inverse: Int32Array, list: Int32Array | Uint32Array): void {
    inverse.fill(-1);
    const { windowFirst, windowEnd } = this;
    for (let position = 0; position < list.length; position += 1) {
      const row = list[position]!;
      if (row < windowFirst || row >= windowEnd) continue;
      if (inverse[row - windowFirst] !== -1) throw new ShapeError(`Row ${row} is wanted twice in one output.`);
      inverse[row - windowFirst] = position;
    }
  }

  private checkRange(list: Int32Array | Uint32Array): void {
    for (let index = 0; index < list.length; index += 1) {
      const row = list[index]!;
      if (row < 0 || row >= this.totalRows) throw new ShapeError(`Row ${row} of ${this.totalRows} does not exist.`);
    }
  }
}

interface BlockPlace {
  readonly block: number;
  readonly firstRow: number;
  readonly rows: number;
}

function writeBlock(
  reader: BlockReader,
  plans: readonly OutputPlan[],
  sinks: readonly RowSink[],
  locator: RowLocator,
  place: BlockPlace,
): void {
  const end = place.firstRow + place.rows;
  for (let first = place.firstRow; first < end; ) {
    const next = Math.min(end, locator.moveTo(first));
    const range = { ...place, from: first - place.firstRow, to: next - place.firstRow };
    for (const [index, plan] of plans.entries()) writeRows(reader, plan, sinks[index]!, locator.positions(plan), range);
    first = next;
  }
}

function writeRows(
  reader: BlockReader,
  plan: OutputPlan,
  sink: RowSink,
  positions: { readonly inverse: Int32Array; readonly first: number } | undefined,
  place: BlockPlace & { readonly from: number; readonly to: number },
): void {
  const { separator, columns, rowEnd } = plan;
  const { keep, quoting = "minimal" } = plan.output;
  const missingText = missingTextBytes(plan.output);
  const writers: FieldWriter[] = columns.map((column) =>
    fieldWriter(column, column.blockKinds[place.block]!, {
      ...reader.convertOptions(column),
      separator,
      quoting,
      missingText,
    }),
  );
  const fields = Int32Array.from(columns, (column) => column.field);
  const { tokenizer, headerLines } = reader;
  const { lineStarts, starts, ends } = tokenizer;
  const window = tokenizer.window as Buffer;
  const scratch = tokenizer.scratch as Buffer;
  const width = fields.length;
  const slack = width * (FIELD_SLACK + missingText.length) + 2 + rowEnd.length;
  for (let row = place.from; row < place.to; row += 1) {
    const sourceRow = place.firstRow + row;
    const position = positions === undefined ? sourceRow : positions.inverse[sourceRow - positions.first]!;
    if (position < 0 || (keep !== undefined && keep[sourceRow] === 0)) continue;
    const first = lineStarts[headerLines + row]!;
    const behind = lineStarts[headerLines + row + 1]!;
    let bytes = slack;
    for (let index = 0; index < width; index += 1) {
      const field = first + fields[index]!;
      if (field < behind) bytes += 2 * Math.abs(ends[field]! - starts[field]!);
    }
    const { buffer, offset } = sink.reserve(position, bytes);
    let at = offset;
    for (let index = 0; index < width; index += 1) {
      if (index > 0) {
        buffer[at] = separator;
        at += 1;
      }
      const field = first + fields[index]!;
      const write = writers[index]!;
      if (field >= behind) {
        at = write(window, 0, 0, buffer, at);
        continue;
      }
      const start = starts[field]!;
      const end = reader.fieldEnd(start, ends[field]!);
      at = start < 0 ? write(scratch, ~start, ~end, buffer, at) : write(window, start, end, buffer, at);
    }
    if (rowEnd.length > 0) {
      buffer.set(rowEnd, at);
      at += rowEnd.length;
    } else if (width === 1 && at === offset) {
      buffer[at] = 34;
      buffer[at + 1] = 34;
      at += 2;
    }
    buffer[at] = 10;
    sink.commit(position, at + 1);
  }
}
