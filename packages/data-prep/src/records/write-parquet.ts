import { type FileHandle, open } from "node:fs/promises";
import { DraftFile } from "@mlebench/base";
import type { ColumnMetaData, RowGroup, Statistics } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { ParquetColumn } from "./parquet-page.js";

/** Type of a column to write. */
export type ParquetType = "INT64" | "DOUBLE";

/** Rows of a page, half a megabyte each. */
const PAGE_ROWS = 1 << 16;
const VALUE_BYTES = 8;
const MAGIC = Buffer.from("PAR1");
// https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
const DATA_PAGE = 0;
const PLAIN = 0;
const RLE = 3;
/** Heads of Thrift's fields: an i32 that follows the field before, a struct that leaves out one. */
const NEXT_I32 = 0x15;
const STRUCT_AFTER_ONE = 0x2c;
/** The library gives its compressor to nobody but writers. */
const snappyCompress = new ParquetWriter({ writer: new ByteWriter(), schema: [] }).compressors.SNAPPY!;

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
      const num_rows = BigInt(columns[names[0]!]!.length);
      if (num_rows === 0n) return;
      const group: RowGroup = { columns: [], total_byte_size: 0n, num_rows };
      for (const name of names) {
        const { packed, unpackedBytes } = packColumn(columns[name]!);
        const at = BigInt(offset);
        const meta_data: ColumnMetaData = {
          type: types[name]!,
          encodings: ["PLAIN", "RLE"],
          path_in_schema: [name],
          codec: "SNAPPY",
          num_values: num_rows,
          total_uncompressed_size: BigInt(unpackedBytes),
          total_compressed_size: BigInt(packed.length),
          data_page_offset: at,
          statistics: statistics(columns[name]!),
        };
        group.columns.push({ file_offset: at, meta_data });
        group.total_byte_size += BigInt(unpackedBytes);
        offset += await append(file, packed);
      }
      groups.push(group);
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
function packColumn(values: ParquetColumn): { readonly packed: Uint8Array; readonly unpackedBytes: number } {
  const pages = new ByteWriter();
  let unpackedBytes = 0;
  for (let from = 0; from < values.length; from += PAGE_ROWS) {
    const part = values.subarray(from, from + PAGE_ROWS);
    const levels = presentLevels(part.length);
    const body = Buffer.concat([levels, Buffer.from(part.buffer, part.byteOffset, part.length * VALUE_BYTES)]);
    const packed = snappyCompress(body);
    const start = pages.offset;
    writePageHeader(pages, body.length, packed.length, part.length);
    unpackedBytes += pages.offset - start + body.length;
    pages.appendBytes(packed);
  }
  return { packed: pages.getBytes(), unpackedBytes };
}

/** The header of a data page in Thrift's compact protocol: fields of i32, each with its distance to the one before. */
function writePageHeader(writer: ByteWriter, unpackedBytes: number, bytes: number, values: number): void {
  const append = (numbers: readonly number[]) => {
    for (const number of numbers) {
      writer.appendUint8(NEXT_I32);
      writer.appendZigZag(number);
    }
  };
  append([DATA_PAGE, unpackedBytes, bytes]);
  writer.appendUint8(STRUCT_AFTER_ONE);
  append([values, PLAIN, RLE, RLE]);
  // The ends of both structs.
  writer.appendUint8(0);
  writer.appendUint8(0);
}

/** Definition levels of a page without gaps: one run of ones, behind its length. */
function presentLevels(count: number): Uint8Array {
  const run = new ByteWriter();
  run.appendVarInt(count * 2);
  run.appendUint8(1);
  const levels = new ByteWriter();
  levels.appendUint32(run.offset);
  levels.appendBytes(run.getBytes());
  return levels.getBytes();
}

/** Smallest and largest value; NaN is neither. */
function statistics(values: ParquetColumn): Statistics {
  let least: number | bigint | undefined;
  let most: number | bigint | undefined;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (least === undefined || value < least) least = Number.isNaN(value) ? least : value;
    if (most === undefined || value > most) most = Number.isNaN(value) ? most : value;
  }
  return { null_count: 0n, max_value: most, min_value: least };
}

function footer(types: Readonly<Record<string, ParquetType>>, groups: RowGroup[]): Uint8Array {
  const columns = Object.entries(types);
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [
      { name: "schema", num_children: columns.length },
      ...columns.map(([name, type]) => ({ name, type, type_length: 64, repetition_type: "OPTIONAL" as const })),
    ],
    createdBy: "mlebench",
  });
  writer.row_groups = groups;
  writer.num_rows = groups.reduce((sum, group) => sum + group.num_rows, 0n);
  writer.finish();
  // The library begins with the mark that stands at the file's begin already.
  const footer = bytes.getBytes().subarray(MAGIC.length);
  // Version 1 of the format, as fastparquet writes it, in place of the library's 2: the first field, in zigzag.
  footer[1] = 2;
  return footer;
}

async function append(file: FileHandle, bytes: Uint8Array): Promise<number> {
  await file.appendFile(bytes);
  return bytes.length;
}
