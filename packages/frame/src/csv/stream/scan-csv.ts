import { statSync } from "node:fs";
import type { ColumnKind } from "../../column.js";
import { BlockReader, type SourceColumn } from "../block-reader.js";
import { openFileSource } from "../byte-source.js";
import { commonKind } from "../concat-columns.js";
import { type InferredKind, inferColumnKind } from "../convert-column.js";
import type { ReadCsvOptions } from "../read-options.js";

/** What a first pass over a file tells: its size and the types that pandas gives to its columns. */
export interface CsvScan {
  readonly path: string;
  /** The options of the scan; later passes use the same. */
  readonly options: ReadCsvOptions;
  readonly bytes: number;
  readonly rows: number;
  /** Rows that share one inference; the last block may have fewer. */
  readonly blockRows: number;
  /** Columns in file order, without those of an implicit index. */
  readonly columns: readonly ScannedColumn[];
}

/** A column of a scanned file and how its blocks of rows were read. */
export interface ScannedColumn extends SourceColumn {
  /** The kind of the whole column. */
  readonly kind: ColumnKind;
  /** How each block of rows was read. */
  readonly blockKinds: readonly InferredKind[];
}

/**
 * Reads a file once, keeping one block of rows in memory at a time, to learn the number of rows and the types.
 * @throws what {@link readCsv} throws for the same file
 */
export async function scanCsv(path: string, options: ReadCsvOptions = {}): Promise<CsvScan> {
  const source = openFileSource(path);
  try {
    const reader = new BlockReader(source, options);
    const columns = reader.columns.slice(reader.leadingFields);
    const kinds: InferredKind[][] = columns.map(() => []);
    let total = 0;
    for (let rows = reader.nextRows(); rows > 0; rows = reader.nextRows()) {
      total += rows;
      for (const [index, column] of columns.entries()) kinds[index]!.push(kindInBlock(reader, column, rows));
      reader.release();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return {
      path,
      options,
      bytes: statSync(path).size,
      rows: total,
      blockRows: reader.blockRows,
      columns: columns.map((column, index) => ({
        ...column,
        kind: commonKind(kinds[index]!.map(kindOf)),
        blockKinds: kinds[index]!,
      })),
    };
  } finally {
    source.close();
  }
}

export function kindOf(inferred: InferredKind): ColumnKind {
  if (inferred === "words" || inferred === "holed booleans") return "object";
  return inferred === "holed integers" ? "float64" : inferred;
}

function kindInBlock(reader: BlockReader, column: SourceColumn, rows: number): InferredKind {
  if (column.absent || reader.requestedKind(column) !== undefined) return reader.convert(column, rows).kind;
  return inferColumnKind(reader.fields(column.field, rows), reader.convertOptions(column));
}
