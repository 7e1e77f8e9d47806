import { Column } from "../column.js";
import { DataFrame } from "../data-frame.js";
import { ColumnMissingError, ParserError } from "../errors.js";
import { BlockReader } from "./block-reader.js";
import { type ByteSource, memorySource, openFileSource } from "./byte-source.js";
import { concatColumns } from "./concat-columns.js";
import type { ReadCsvOptions } from "./read-options.js";

/**
 * Reads a CSV file as pandas 2.2's C engine does. The file is read block by block; other work may run in between.
 * @throws ParserError for rows with too many fields and unclosed quotes
 * @throws EmptyDataError when there is neither header nor row
 * @throws TextEncodingError for bytes that the encoding does not have
 * @throws ConversionError when `dtype` does not fit the text
 */
export async function readCsv(path: string, options: ReadCsvOptions = {}): Promise<DataFrame> {
  const source = openFileSource(path);
  try {
    const steps = readSteps(source, options);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    source.close();
  }
}

/** Reads CSV text or bytes, as {@link readCsv}. Text is taken as it is; `encoding` is for bytes. */
export function parseCsv(content: string | Uint8Array, options: ReadCsvOptions = {}): DataFrame {
  const text = typeof content === "string";
  const steps = readSteps(
    memorySource(text ? Buffer.from(content, "utf8") : content),
    text ? { ...options, encoding: "utf-8" } : options,
  );
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** One step per block of rows, so that callers may let other work run in between. */
function* readSteps(source: ByteSource, options: ReadCsvOptions): Generator<undefined, DataFrame> {
  const reader = new BlockReader(source, options);
  const { indexColumn } = options;
  const indexWidth = typeof indexColumn === "object" ? indexColumn.length : 1;
  if (indexColumn !== undefined && indexColumn !== false && ![0, indexWidth].includes(reader.leadingFields)) {
    throw new ParserError(
      `Could not construct index. Requested to use ${indexWidth} number of columns, but ${reader.leadingFields} left to parse.`,
    );
  }
  const parts: Column[][] = reader.columns.map(() => []);
  let total = 0;
  for (let rows = reader.nextRows(); rows > 0; rows = reader.nextRows()) {
    total += rows;
    for (const [index, column] of reader.columns.entries()) parts[index]!.push(reader.convert(column, rows));
    reader.release();
    yield undefined;
  }
  const joined: Column[] = [];
  for (const [index, column] of reader.columns.entries()) {
    const own = parts[index]!;
    joined.push(own.length > 0 ? concatColumns(own) : emptyColumn(reader.requestedKind(column)));
    parts[index] = [];
  }
  const leading = reader.leadingFields;
  const index = reader.columns.slice(0, leading).map((_, level) => ({ name: null, column: joined[level]! }));
  const frame = new DataFrame(
    reader.columns.slice(leading).map((column, at) => [column.name, joined[leading + at]!] as const),
    { index, height: total },
  );
  return leading > 0 ? frame : withIndexColumns(frame, options, reader);
}

function withIndexColumns(frame: DataFrame, options: ReadCsvOptions, reader: BlockReader): DataFrame {
  const { indexColumn } = options;
  if (indexColumn === undefined || indexColumn === false) return frame;
  const wanted = typeof indexColumn === "object" ? indexColumn : [indexColumn];
  const names = wanted.map((choice) => {
    const name = typeof choice === "number" ? frame.columns.at(choice) : choice;
    if (name === undefined) throw new ColumnMissingError(String(choice), frame.columns);
    return name;
  });
  return frame.setIndex(names, { nameless: reader.unnamed });
}

function emptyColumn(wanted: string | undefined): Column {
  if (wanted === "int64") return Column.int64([]);
  if (wanted === "float64") return Column.float64([]);
  if (wanted === "bool") return Column.bool([]);
  return Column.object([]);
}
