import { type FileHandle, open } from "node:fs/promises";
import { DraftFile } from "@mlebench/base";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { ParquetColumn } from "./parquet-page.js";
import { type ThriftStruct, writeThrift } from "./thrift.js";

/** Type of a column to write. */
export type ParquetType = "INT64" | "DOUBLE";

/** Rows of a page, half a megabyte each. */
const PAGE_ROWS = 1 << 16;
const VALUE_BYTES = 8;
const MAGIC = Buffer.from("PAR1");
// https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
const TYPE_NUMBERS: Readonly<Record<ParquetType, number>> = { INT64: 2, DOUBLE: 5 };
const DATA_PAGE = 0;
const PLAIN = 0;
const RLE = 3;
const SNAPPY = 1;
const OPTIONAL = 1;
/** The library gives its compressor to nobody but writers. */
const snappyCompress = new ParquetWriter({ writer: new ByteWriter(), schema: [] }).compressors.SNAPPY!;

interface RowGroup {
  readonly chunks: readonly Chunk[];
  readonly rows: number;
}

/** A column's part of a row group. */
interface Chunk {
  readonly name: string;
  /** Where its pages begin in the file. */
  readonly offset: number;
  readonly bytes: number;
  readonly unpackedBytes: number;
  readonly least: number | bigint | undefined;
  readonly most: number | bigint | undefined;
}

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
      const chunks: Chunk[] = [];
      for (const name of names) {
        const { packed, unpackedBytes } = packColumn(columns[name]!);
        chunks.push({ name, offset, bytes: packed.length, unpackedBytes, ...extremes(columns[name]!) });
        offset += await append(file, packed);
      }
      groups.push({ chunks, rows });
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
    writeThrift(pages, {
      1: DATA_PAGE,
      2: body.length,
      3: packed.length,
      5: { 1: part.length, 2: PLAIN, 3: RLE, 4: RLE },
    });
    unpackedBytes += pages.offset - start + body.length;
    pages.appendBytes(packed);
  }
  return { packed: pages.getBytes(), unpackedBytes };
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
function extremes(values: ParquetColumn): Pick<Chunk, "least" | "most"> {
  let least: number | bigint | undefined;
  let most: number | bigint | undefined;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (least === undefined || value < least) least = Number.isNaN(value) ? least : value;
    if (most === undefined || value > most) most = Number.isNaN(value) ? most : value;
  }
  return { least, most };
}

function footer(types: Readonly<Record<string, ParquetType>>, groups: readonly RowGroup[]): Uint8Array {
  const columns = Object.entries(types);
  const rows = groups.reduce((sum, group) => sum + BigInt(group.rows), 0n);
  const writer = new ByteWriter();
  writeThrift(writer, {
    1: 1,
    2: [
      { 4: "schema", 5: columns.length },
      ...columns.map(([name, type]) => ({ 1: TYPE_NUMBERS[type], 2: 64, 3: OPTIONAL, 4: name })),
    ],
    3: rows,
    4: groups.map(({ chunks, rows }) => ({
      1: chunks.map((chunk) => columnChunk(chunk, types[chunk.name]!, rows)),
      2: chunks.reduce((sum, { unpackedBytes }) => sum + BigInt(unpackedBytes), 0n),
      3: BigInt(rows),
    })),
    6: "mlebench",
    7: columns.map(() => ({ 1: {} })),
  });
  writer.appendUint32(writer.offset);
  writer.appendBytes(MAGIC);
  return writer.getBytes();
}

function columnChunk(chunk: Chunk, type: ParquetType, rows: number): ThriftStruct {
  const { name, offset, bytes, unpackedBytes, least, most } = chunk;
  return {
    2: BigInt(offset),
    3: {
      1: TYPE_NUMBERS[type],
      2: [PLAIN, RLE],
      3: [name],
      4: SNAPPY,
      5: BigInt(rows),
      6: BigInt(unpackedBytes),
      7: BigInt(bytes),
      9: BigInt(offset),
      12: {
        3: 0n,
        5: most === undefined ? undefined : valueBytes(most),
        6: least === undefined ? undefined : valueBytes(least),
      },
    },
  };
}

function valueBytes(value: number | bigint): Uint8Array {
  const bytes = Buffer.alloc(VALUE_BYTES);
  if (typeof value === "bigint") bytes.writeBigInt64LE(value);
  else bytes.writeDoubleLE(value);
  return bytes;
}

async function append(file: FileHandle, bytes: Uint8Array): Promise<number> {
  await file.appendFile(bytes);
  return bytes.length;
}
