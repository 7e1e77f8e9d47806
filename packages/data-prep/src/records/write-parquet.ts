import { type FileHandle, open } from "node:fs/promises";
import { DraftFile } from "@mlebench/base";
import type { ColumnChunk, RowGroup, SchemaElement } from "hyparquet";
import { ByteWriter } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";
import { snappyCompress } from "hyparquet-writer/src/snappy.js";
import type { ParquetColumn } from "./read-parquet.js";

/** Type of a column to write. */
export type ParquetType = "INT64" | "DOUBLE";

/** Rows of a page, half a megabyte each. */
const PAGE_ROWS = 1 << 16;
const VALUE_BYTES = 8;
const MAGIC = Buffer.from("PAR1");

/** Appends to a parquet file. Disposed without `close`, it leaves no file. */
export interface ParquetSink extends AsyncDisposable {
  /** Appends rows as a row group of their own; no rows write nothing. */
  write(columns: Readonly<Record<string, ParquetColumn>>): Promise<void>;
  /** Makes the file appear under its name. */
  close(): Promise<void>;
}

/**
 * Opens a parquet file to be written one row group after the other, as fastparquet lays them out: optional columns
 * without missing values, plain values, snappy, smallest and largest value of each.
 */
export async function createParquet(path: string, types: Readonly<Record<string, ParquetType>>): Promise<ParquetSink> {
  const draft = new DraftFile(path);
  const file = await open(draft.draftPath, "wx");
  const names = Object.keys(types);
  const groups: RowGroup[] = [];
  let isOpen = true;
  let offset = await append(file, MAGIC);
  return {
    async write(columns) {
      const rows = columns[names[0]!]!.length;
      if (rows === 0) return;
      const chunks: ColumnChunk[] = [];
      for (const name of names) {
        const { bytes, unpackedBytes } = packColumn(columns[name]!);
        chunks.push({
          file_offset: BigInt(offset),
          meta_data: {
            type: types[name]!,
            encodings: ["PLAIN", "RLE"],
            path_in_schema: [name],
            codec: "SNAPPY",
            num_values: BigInt(rows),
            total_uncompressed_size: BigInt(unpackedBytes),
            total_compressed_size: BigInt(bytes.length),
            data_page_offset: BigInt(offset),
            statistics: { ...extremes(columns[name]!), null_count: 0n },
          },
        });
        offset += await append(file, bytes);
      }
      const sizes = chunks.map(({ meta_data: chunk }) => chunk!.total_uncompressed_size);
      const total = sizes.reduce((sum, size) => sum + size, 0n);
      groups.push({ columns: chunks, total_byte_size: total, num_rows: BigInt(rows) });
    },
    async close() {
      await append(file, footer(types, groups));
      isOpen = false;
      await file.close();
      draft.commit();
    },
    async [Symbol.asyncDispose]() {
      if (!isOpen) return;
      await file.close();
      draft.discard();
    },
  };
}

/** The pages of one column in one row group. */
function packColumn(values: ParquetColumn): { readonly bytes: Uint8Array; readonly unpackedBytes: number } {
  const pages = new ByteWriter();
  let unpackedBytes = 0;
  for (let from = 0; from < values.length; from += PAGE_ROWS) {
    const part = values.subarray(from, from + PAGE_ROWS);
    const levels = presentLevels(part.length);
    const body = Buffer.concat([levels, Buffer.from(part.buffer, part.byteOffset, part.length * VALUE_BYTES)]);
    const packed = snappyCompress(body);
    const start = pages.offset;
    writePageHeader(pages, {
      type: "DATA_PAGE",
      uncompressed_page_size: body.length,
      compressed_page_size: packed.length,
      data_page_header: {
        num_values: part.length,
        encoding: "PLAIN",
        definition_level_encoding: "RLE",
        repetition_level_encoding: "RLE",
      },
    });
    unpackedBytes += pages.offset - start + body.length;
    pages.appendBytes(packed);
  }
  return { bytes: pages.getBytes(), unpackedBytes };
}

/** Definition levels of a page without gaps: one run of ones, behind its length. */
function presentLevels(count: number): Buffer {
  const run: number[] = [];
  for (let rest = count * 2; ; rest >>>= 7) {
    run.push(rest < 128 ? rest : (rest & 127) | 128);
    if (rest < 128) break;
  }
  run.push(1);
  return Buffer.from([run.length, 0, 0, 0, ...run]);
}

/** Smallest and largest value; NaN is neither. */
function extremes(values: ParquetColumn): {
  readonly min_value?: number | bigint;
  readonly max_value?: number | bigint;
} {
  let least: number | bigint | undefined;
  let most: number | bigint | undefined;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (least === undefined || value < least) least = Number.isNaN(value) ? least : value;
    if (most === undefined || value > most) most = Number.isNaN(value) ? most : value;
  }
  return { min_value: least, max_value: most };
}

function footer(types: Readonly<Record<string, ParquetType>>, groups: RowGroup[]): Uint8Array {
  const columns = Object.entries(types);
  const schema: SchemaElement[] = [
    { name: "schema", num_children: columns.length },
    ...columns.map(([name, type]): SchemaElement => ({ name, type, type_length: 64, repetition_type: "OPTIONAL" })),
  ];
  const writer = new ByteWriter();
  const rows = groups.reduce((sum, { num_rows }) => sum + num_rows, 0n);
  writeMetadata(writer, {
    version: 1,
    created_by: "mlebench",
    schema,
    num_rows: rows,
    row_groups: groups,
    metadata_length: 0,
  });
  writer.appendBytes(MAGIC);
  return writer.getBytes();
}

async function append(file: FileHandle, bytes: Uint8Array): Promise<number> {
  await file.appendFile(bytes);
  return bytes.length;
}
