import { closeSync, openSync, writeSync } from "node:fs";
import { DraftFile } from "@mlebench/base";
import type { DataFrame } from "../data-frame.js";
import { ShapeError } from "../errors.js";
import { cellFormatter, FieldQuoter } from "./row-formatter.js";
import type { WriteCsvOptions } from "./write-options.js";

const FLUSH_CHARACTERS = 1 << 16;

/** The table as CSV text, byte for byte what pandas' `to_csv` writes. */
export function toCsv(frame: DataFrame, options: WriteCsvOptions = {}): string {
  let text = "";
  for (const part of csvParts(frame, options, options.header !== false)) text += part;
  return text;
}

/** Writes the table to a file, which appears only once it is complete. */
export async function writeCsv(path: string, frame: DataFrame, options: WriteCsvOptions = {}): Promise<void> {
  await using writer = createCsvWriter(path, options);
  writer.write(frame);
  await writer.close();
}

/** Appends tables of the same columns to one file. Disposed without `close`, it leaves no file. */
export interface CsvWriter extends AsyncDisposable {
  /** @throws ShapeError when the columns are not those of the first table. */
  write(frame: DataFrame): void;
  /** Makes the file appear under its name. */
  close(): Promise<void>;
}

/** Opens a file to be written table by table, with one header. */
export function createCsvWriter(path: string, options: WriteCsvOptions = {}): CsvWriter {
  const draft = new DraftFile(path);
  const descriptor = openSync(draft.draftPath, "wx");
  let open = true;
  let columns: readonly string[] | undefined;
  const finish = (keep: boolean) => {
    if (!open) return;
    open = false;
    closeSync(descriptor);
    if (keep) draft.commit();
    else draft.discard();
  };
  return {
    write(frame) {
      const own = options.columns ?? frame.columns;
      if (columns !== undefined && columns.join("\0") !== own.join("\0")) {
        throw new ShapeError(`The columns ${own.join(", ")} are not those written before, ${columns.join(", ")}.`);
      }
      const header = columns === undefined && options.header !== false;
      columns = own;
      for (const part of csvParts(frame, options, header)) writeFully(descriptor, Buffer.from(part, "utf8"));
    },
    async close() {
      finish(true);
    },
    async [Symbol.asyncDispose]() {
      finish(false);
    },
  };
}

/** A write may take less than it is given. */
export function writeFully(descriptor: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(descriptor, bytes, done, bytes.length - done);
}

function* csvParts(frame: DataFrame, options: WriteCsvOptions, header: boolean): Generator<string> {
  const quoter = new FieldQuoter(options);
  const lineEnd = options.lineEnd ?? "\n";
  const shown = options.columns ? frame.select(options.columns) : frame;
  const levels = options.index ? shown.indexLevels() : [];
  const columns = [...levels.map((level) => level.column), ...shown.columns.map((name) => shown.column(name))];
  const formatters = columns.map((column) => cellFormatter(column, quoter, options));
  let text = "";
  if (header) {
    const names = [...levels.map((level) => level.name ?? ""), ...shown.columns];
    text = quoter.line(names.map((name) => quoter.text(name))) + lineEnd;
  }
  const { separator } = quoter;
  const [first, ...rest] = formatters;
  for (let row = 0; row < shown.height; row += 1) {
    if (first) text += rest.length > 0 ? first(row) : first(row) || '""';
    for (const format of rest) text += separator + format(row);
    text += lineEnd;
    if (text.length > FLUSH_CHARACTERS) {
      yield text;
      text = "";
    }
  }
  if (text !== "") yield text;
}
