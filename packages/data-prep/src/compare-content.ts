import { extname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";

/** Rows of both files that are in memory at a time. */
const WINDOW_ROWS = 1 << 15;

/** Whether two files with different bytes say the same. */
export type ContentComparison =
  | { readonly content: "equal" }
  | { readonly content: "different"; readonly reason: string };

/**
 * Compares two files by what they hold, for formats where equal content may have different bytes: parquet, by names,
 * types and values of its columns.
 * @returns undefined for other formats, where different bytes are different content.
 */
export async function compareContent(path: string, otherPath: string): Promise<ContentComparison | undefined> {
  if (extname(path) !== ".parquet") return undefined;
  const [ours, theirs] = [await openTable(path), await openTable(otherPath)];
  const reason = await firstDifference(ours, theirs);
  return reason === undefined ? { content: "equal" } : { content: "different", reason };
}

interface Table {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly rows: number;
  /** Names and types in one text. */
  readonly columns: string;
}

async function openTable(path: string): Promise<Table> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const columns = metadata.schema
    .slice(1)
    .map(({ name, type, logical_type, converted_type }) =>
      [name, type, logical_type?.type ?? converted_type].filter((word) => word !== undefined).join(" "),
    )
    .join(", ");
  return { file, metadata, rows: Number(metadata.num_rows), columns };
}

async function firstDifference(ours: Table, theirs: Table): Promise<string | undefined> {
  if (ours.columns !== theirs.columns) return `columns ${ours.columns} where the other has ${theirs.columns}`;
  if (ours.rows !== theirs.rows) return `${ours.rows} rows where the other has ${theirs.rows}`;
  for (let rowStart = 0; rowStart < ours.rows; rowStart += WINDOW_ROWS) {
    const rowEnd = Math.min(rowStart + WINDOW_ROWS, ours.rows);
    const [left, right] = await Promise.all(
      [ours, theirs].map(({ file, metadata }) => parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd })),
    );
    const row = left!.findIndex((values, index) => !isDeepStrictEqual(values, right![index]));
    if (row !== -1) return `row ${rowStart + row} differs`;
  }
  return undefined;
}
