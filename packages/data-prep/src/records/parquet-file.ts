import { rename, rm } from "node:fs/promises";
import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  type SchemaElement,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { fileWriter, ParquetWriter } from "hyparquet-writer";

/** Rows that are in memory at a time. */
const WINDOW_ROWS = 1 << 20;

/** Numbers of one column; 64-bit integers are bigints. */
export type ParquetColumn = ArrayLike<number | bigint>;

/** Some rows of a parquet file, by column. */
export interface ParquetWindow {
  readonly rows: number;
  readonly columns: Readonly<Record<string, ParquetColumn>>;
}

/** A parquet file of numbers, opened to be read in windows of rows. */
export interface ParquetSource {
  readonly rows: number;
  windows(columns: readonly string[], options?: { readonly signal?: AbortSignal }): AsyncGenerator<ParquetWindow>;
}

/** Opens a parquet file of flat numeric columns, whatever its row groups, encodings and compression. */
export async function openParquet(path: string): Promise<ParquetSource> {
  const file = await asyncBufferFromFile(path);
  const metadata: FileMetaData = await parquetMetadataAsync(file);
  const rowGroups = metadata.row_groups.map((group) => Number(group.num_rows));
  return {
    rows: Number(metadata.num_rows),
    async *windows(columns, options = {}) {
      let groupStart = 0;
      for (const groupRows of rowGroups) {
        for (let from = groupStart; from < groupStart + groupRows; from += WINDOW_ROWS) {
          options.signal?.throwIfAborted();
          const to = Math.min(from + WINDOW_ROWS, groupStart + groupRows);
          const window: Record<string, (number | bigint)[]> = Object.fromEntries(columns.map((name) => [name, []]));
          const read = { file, metadata, compressors, rowFormat: "object" as const, rowStart: from, rowEnd: to };
          await parquetRead({
            ...read,
            columns: [...columns],
            onChunk({ columnName, columnData, rowStart, rowEnd }) {
              const [first, last] = [Math.max(from, rowStart), Math.min(to, rowEnd)];
              const target = window[columnName]!;
              for (let row = first; row < last; row++) target[row - from] = columnData[row - rowStart];
            },
          });
          yield { rows: to - from, columns: window };
        }
        groupStart += groupRows;
      }
    },
  };
}

/** Type of a column to write. */
export type ParquetType = "INT64" | "DOUBLE";

export interface ParquetSink {
  /** Appends rows, as a row group of their own when there are many. */
  write(columns: Readonly<Record<string, readonly (number | bigint)[]>>): Promise<void>;
  /** Makes the file appear under its name. */
  close(): Promise<void>;
}

/** Opens a parquet file to be written window by window: optional columns without gaps, snappy, as fastparquet writes. */
export function createParquet(path: string, types: Readonly<Record<string, ParquetType>>): ParquetSink {
  const temporary = `${path}.part`;
  const names = Object.keys(types);
  const schema: SchemaElement[] = [
    { name: "schema", num_children: names.length },
    ...names.map((name) => ({ name, type: types[name]!, type_length: 64, repetition_type: "OPTIONAL" as const })),
  ];
  const writer = new ParquetWriter({ writer: fileWriter(temporary), schema, codec: "SNAPPY", createdBy: "mlebench" });
  return {
    async write(columns) {
      try {
        await writer.write({
          columnData: names.map((name) => ({ name, data: [...columns[name]!], encoding: "PLAIN" as const })),
        });
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    async close() {
      await writer.finish();
      await rename(temporary, path);
    },
  };
}
