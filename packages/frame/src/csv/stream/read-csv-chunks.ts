import type { Column } from "../../column.js";
import { DataFrame } from "../../data-frame.js";
import { BlockReader } from "../block-reader.js";
import { openFileSource } from "../byte-source.js";
import { partOfJoined } from "../concat-columns.js";
import type { ReadCsvOptions } from "../read-options.js";
import { type CsvScan, kindOf, scanCsv } from "./scan-csv.js";

/**
 * Reads a table that need not fit into memory, one block of rows after the other. Every chunk has the kinds and cells that
 * the rows have in the table {@link readCsv} returns; to know them the file is scanned first, unless a scan is given.
 */
export async function* readCsvChunks(
  file: string | CsvScan,
  options: ReadCsvOptions = {},
): AsyncGenerator<DataFrame, void, undefined> {
  const scan = typeof file === "string" ? await scanCsv(file, options) : file;
  const kinds = scan.columns.map((column) => new Set(column.blockKinds.map(kindOf)));
  const source = openFileSource(scan.path);
  try {
    const reader = new BlockReader(source, scan.options);
    for (let rows = reader.nextRows(); rows > 0; rows = reader.nextRows()) {
      const columns = scan.columns.map((column, index): readonly [string, Column] => [
        column.name,
        partOfJoined(reader.convert(column, rows), kinds[index]!),
      ]);
      reader.release();
      yield new DataFrame(columns, { height: rows });
    }
  } finally {
    source.close();
  }
}
