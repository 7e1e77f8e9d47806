import { isAscii } from "node:buffer";
import { Column } from "../column.js";
import { ColumnMissingError, EmptyDataError, OptionError, ParserError } from "../errors.js";
import { parsePyFloat } from "../python/parse-number.js";
import type { ByteSource } from "./byte-source.js";
import {
  type ConvertOptions,
  convertColumn,
  convertColumnAs,
  type FieldSlice,
  type RequestedKind,
} from "./convert-column.js";
import { createTranscoder, type Utf8Transcoder } from "./encodings.js";
import { headerNames } from "./header-names.js";
import { DEFAULT_MISSING_WORDS, MissingWords } from "./missing-words.js";
import type { ReadCsvOptions } from "./read-options.js";
import { Tokenizer } from "./tokenizer.js";

/** One column of the file that is wanted. */
export interface SourceColumn {
  readonly name: string;
  /** Place among the fields of a row. */
  readonly field: number;
  /** Chosen by position in a table with an implicit index, where pandas then finds no values. */
  readonly absent?: boolean;
}

const BLOCK_FIELDS = 2 ** 20;
/** Fields are ranges of 32-bit offsets. */
const MOST_WINDOW_BYTES = 2 ** 31 - 1;

/** Reads header and blocks of rows; the shared lower half of all readers. */
export class BlockReader {
  /** Wanted columns in file order, index fields first. */
  readonly columns: readonly SourceColumn[];
  /** Leading fields that have no name in the header: the implicit index. */
  readonly leadingFields: number;
  /** Names that were invented for empty ones. */
  readonly unnamed: ReadonlySet<string>;
  /** Rows that pandas reads, and types, at once. */
  readonly blockRows: number;
  readonly tokenizer: Tokenizer;
  /** Lines of the block that lie before its first row: the header in the first block. */
  headerLines: number;

  private readonly transcoder: Utf8Transcoder;
  private readonly linesKept: number;
  private window: Buffer = Buffer.allocUnsafe(1 << 16);
  private scanned = 0;
  private ascii = true;
  private hasNul = false;
  private fieldStarts = new Int32Array(0);
  private fieldEnds = new Int32Array(0);
  private sourceEnded = false;
  /** Fields that a row should have because the caller named them; 0 without names. */
  private readonly namedWidth: number;
  private remainingFields: number;
  private readonly width: number;
  private remainingRows: number;
  private missingByName = new Map<string, Pick<ConvertOptions, "missing" | "missingNumbers">>();

  constructor(
    private readonly source: ByteSource,
    readonly options: ReadCsvOptions,
  ) {
    const header = options.header === undefined ? (options.names ? null : 0) : options.header;
    this.transcoder = createTranscoder(options.encoding ?? "utf-8");
    this.tokenizer = new Tokenizer({
      delimiter: singleByte(options.separator ?? ",", "separator"),
      quote: options.quote === null ? -1 : singleByte(options.quote ?? '"', "quote"),
      headerEnd: header ?? -1,
      expectedFields: header === null && options.names && !options.columns ? options.names.length : -1,
      acceptLongLines: options.columns !== undefined,
      skipLines: options.skipLines ?? 0,
    });
    this.tokenizer.scratch = Buffer.allocUnsafe(1024);
    this.remainingRows = options.maxRows ?? Number.POSITIVE_INFINITY;
    this.linesKept = header === null ? 0 : header + 1;
    this.headerLines = this.linesKept;

    const layout = this.readHeader(header);
    const { maxColumns = Number.POSITIVE_INFINITY, maxFields = Number.POSITIVE_INFINITY } = options;
    if (layout.width > maxColumns) {
      throw new ParserError(`It has ${layout.width} columns; at most ${maxColumns} are read`);
    }
    this.remainingFields = maxFields;
    this.width = layout.width;
    this.columns = layout.columns;
    this.leadingFields = layout.leadingFields;
    this.unnamed = layout.unnamed;
    this.namedWidth = options.names ? layout.width - layout.leadingFields : 0;
    this.blockRows = options.lowMemory === false ? Number.MAX_SAFE_INTEGER : rowsPerBlock(layout.width);
  }

  /** Completes the next block of rows; returns their number, 0 at the end. */
  nextRows(): number {
    const wanted = Math.min(this.blockRows, this.remainingRows);
    if (wanted <= 0) return 0;
    this.fill(this.headerLines + wanted);
    const rows = Math.max(0, Math.min(wanted, this.tokenizer.lines - this.headerLines));
    this.remainingRows -= rows;
    this.remainingFields -= rows * this.width;
    if (this.remainingFields < 0) {
      throw new ParserError(`It has more than ${this.options.maxFields} fields; more are not read`);
    }
    if (this.namedWidth > 0 && rows > 0) this.checkNamedWidth();
    return rows;
  }

  /** Names that no line has a field for are refused. */
  private checkNamedWidth(): void {
    const { lineStarts, lines } = this.tokenizer;
    let widest = 0;
    for (let line = 0; line < lines; line += 1) widest = Math.max(widest, lineStarts[line + 1]! - lineStarts[line]!);
    if (this.namedWidth > widest) {
      throw new ParserError(`Too many columns specified: expected ${this.namedWidth} and found ${widest}`);
    }
  }

  /** Gives the rows of the last block free. */
  release(): void {
    const needed = this.tokenizer.consume();
    this.tokenizer.startNextBlock(this.linesKept);
    this.headerLines = 0;
    // No more is moved than was used up: a large rest, as a long field leaves behind, would else be moved for every block.
    if (needed < this.scanned - needed) return;
    this.window.copyWithin(0, needed, this.scanned);
    this.scanned -= needed;
    this.tokenizer.rebase(needed);
    this.tokenizer.limit = this.scanned;
  }

  /** The fields of a column in the current block, valid until the next call. */
  fields(field: number, rows: number): FieldSlice {
    const { tokenizer, headerLines } = this;
    const { lineStarts } = tokenizer;
    const window = this.window;
    const scratch = tokenizer.scratch as Buffer;
    if (this.fieldStarts.length < rows) {
      this.fieldStarts = new Int32Array(rows);
      this.fieldEnds = new Int32Array(rows);
    }
    const starts = this.fieldStarts;
    const ends = this.fieldEnds;
    for (let row = 0; row < rows; row += 1) {
      const index = lineStarts[headerLines + row]! + field;
      if (index >= lineStarts[headerLines + row + 1]!) {
        starts[row] = 0;
        ends[row] = 0;
        continue;
      }
      const start = tokenizer.starts[index]!;
      const end = tokenizer.ends[index]!;
      starts[row] = start;
      ends[row] = this.hasNul ? cutAtNul(window, scratch, start, end) : end;
    }
    return { window, scratch, starts, ends, rows, ascii: this.ascii };
  }

  /** Where a field really ends: pandas does not see what follows a NUL byte. */
  fieldEnd(start: number, end: number): number {
    return this.hasNul ? cutAtNul(this.window, this.tokenizer.scratch as Buffer, start, end) : end;
  }

  /** A column of the current block with values. */
  convert(column: SourceColumn, rows: number): Column {
    if (column.absent) return Column.object(new Array<null>(rows).fill(null));
    const fields = this.fields(column.field, rows);
    const options = this.convertOptions(column);
    const wanted = this.requestedKind(column);
    return wanted === undefined
      ? convertColumn(fields, options)
      : convertColumnAs(fields, options, wanted, column.name);
  }

  convertOptions(column: SourceColumn): ConvertOptions {
    const { name } = column;
    let missing = this.missingByName.get(name);
    if (!missing) {
      missing = this.missingFor(name);
      this.missingByName.set(name, missing);
    }
    return { ...missing, floatPrecision: this.options.floatPrecision ?? "round_trip" };
  }

  requestedKind(column: SourceColumn): RequestedKind | undefined {
    const { dtype } = this.options;
    if (dtype === undefined) return undefined;
    return typeof dtype === "string" ? dtype : Object.hasOwn(dtype, column.name) ? dtype[column.name] : undefined;
  }

  private missingFor(name: string): Pick<ConvertOptions, "missing" | "missingNumbers"> {
    const { naFilter, keepDefaultNa, naValues } = this.options;
    if (naFilter === false) return { missing: undefined };
    const own = (Array.isArray(naValues) ? naValues : (naValues as Record<string, string[]> | undefined)?.[name]) ?? [];
    const numbers = own.map(parsePyFloat).filter((number) => number !== undefined);
    return {
      missing: new MissingWords([...(keepDefaultNa === false ? [] : DEFAULT_MISSING_WORDS), ...own]),
      missingNumbers: numbers.length > 0 ? new Set(numbers) : undefined,
    };
  }

  private readHeader(header: number | null) {
    const { tokenizer, options } = this;
    const { names } = options;
    const nameLine = header ?? -1;
    this.fill(header === null ? 1 : header + 2);
    if (header !== null && tokenizer.lines > 0 && tokenizer.lines < header + 1) {
      throw new ParserError(`Passed header=${header} but only ${tokenizer.lines} lines in file`);
    }
    const raw = header === null || tokenizer.lines === 0 ? [] : this.lineTexts(nameLine);
    const mangled = headerNames(raw);
    const dataLine = nameLine + 1;
    const dataFields =
      tokenizer.lines > dataLine ? tokenizer.lineStarts[dataLine + 1]! - tokenizer.lineStarts[dataLine]! : undefined;
    let fileNames = names ? [...names] : mangled.names;
    if (header === null && !names) fileNames = Array.from({ length: dataFields ?? 0 }, (_, index) => String(index));
    const width = Math.max(dataFields ?? fileNames.length, names?.length ?? 0);
    if (width === 0) throw new EmptyDataError();
    const surplus = Math.max(0, width - fileNames.length);
    const allChosen = options.columns?.length === fileNames.length;
    const leadingFields = options.indexColumn === false || allChosen ? 0 : surplus;
    if (options.columns && names && !allChosen && surplus > 0) {
      throw new ParserError("Number of passed names did not match number of header fields in the file");
    }
    if (header === null && names) tokenizer.setOptions({ expectedFields: options.columns ? -1 : width });
    const columns: SourceColumn[] = [];
    for (let field = 0; field < leadingFields; field += 1) columns.push({ name: "", field });
    for (const [index, name] of fileNames.entries()) columns.push({ name, field: leadingFields + index });
    return {
      columns: options.columns ? chosenColumns(columns, leadingFields, options.columns) : columns,
      leadingFields,
      width,
      unnamed: new Set([...mangled.unnamed].map((index) => mangled.names[index]!)),
    };
  }

  private lineTexts(line: number): string[] {
    const { tokenizer } = this;
    const texts: string[] = [];
    for (let index = tokenizer.lineStarts[line]!; index < tokenizer.lineStarts[line + 1]!; index += 1) {
      const start = tokenizer.starts[index]!;
      const end = cutAtNul(this.window, tokenizer.scratch as Buffer, start, tokenizer.ends[index]!);
      texts.push(
        start < 0
          ? (tokenizer.scratch as Buffer).toString("utf8", ~start, ~end)
          : this.window.toString("utf8", start, end),
      );
    }
    return texts;
  }

  /** Tokenizes until so many lines are complete or the file ends, reading on as needed. */
  private fill(lines: number): void {
    for (;;) {
      this.tokenizer.window = this.window;
      if (this.tokenizer.tokenize(lines, this.sourceEnded) !== "more") return;
      // An unfinished field is looked at again from its beginning. Its length is doubled before, so that all takes linear time.
      const wanted = 2 * this.scanned - this.tokenizer.position;
      do this.readMore();
      while (this.scanned < wanted && !this.sourceEnded);
    }
  }

  private readMore(): void {
    const first = this.scanned === 0 && this.tokenizer.position === 0;
    const raw = this.source.read();
    this.sourceEnded = raw.length === 0;
    let chunk = this.transcoder.push(raw, this.sourceEnded);
    if (first && chunk.length >= 3 && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) {
      chunk = chunk.subarray(3);
    }
    if (chunk.length === 0) return;
    this.ascii &&= isAscii(chunk);
    this.hasNul ||= chunk.includes(0);
    const needed = this.scanned + chunk.length;
    if (needed > MOST_WINDOW_BYTES) throw new ParserError("A field or a block of rows is larger than 2 GiB.");
    if (needed > this.window.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(this.window.length * 2, MOST_WINDOW_BYTES)));
      this.window.copy(larger, 0, 0, this.scanned);
      this.window = larger;
    }
    chunk.copy(this.window, this.scanned);
    this.scanned = needed;
    this.tokenizer.limit = needed;
  }
}

/** The largest power of two strictly below 2^20 / fields, at least 1. */
function rowsPerBlock(fields: number): number {
  const heuristic = Math.floor(BLOCK_FIELDS / fields);
  let rows = 1;
  while (rows * 2 < heuristic) rows *= 2;
  return rows;
}

/** pandas' words are C strings: what follows a NUL byte is not seen. */
function cutAtNul(window: Buffer, scratch: Buffer, start: number, end: number): number {
  if (start < 0) {
    for (let index = ~start; index < ~end; index += 1) if (scratch[index] === 0) return ~index;
    return end;
  }
  for (let index = start; index < end; index += 1) if (window[index] === 0) return index;
  return end;
}

function chosenColumns(
  columns: readonly SourceColumn[],
  leadingFields: number,
  wanted: readonly (string | number)[],
): SourceColumn[] {
  const named = columns.slice(leadingFields);
  for (const choice of wanted) {
    const known = typeof choice === "number" ? choice < named.length : named.some((column) => column.name === choice);
    if (!known)
      throw new ColumnMissingError(
        String(choice),
        named.map((column) => column.name),
      );
  }
  const chosen = named.filter((column, index) => wanted.includes(index) || wanted.includes(column.name));
  return [
    ...columns.slice(0, leadingFields),
    ...chosen.map((column) => ({ ...column, absent: !wanted.includes(column.field) && !wanted.includes(column.name) })),
  ];
}

function singleByte(text: string, what: string): number {
  const code = text.charCodeAt(0);
  if (text.length !== 1 || code > 127)
    throw new OptionError(`The ${what} must be one ASCII character, not ${JSON.stringify(text)}.`);
  return code;
}
