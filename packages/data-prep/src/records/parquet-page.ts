import type { ColumnMetaData } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { wrongMetadata } from "./json-access.js";
import { type ByteReader, readByte, readThrift, readVarint, type ThriftStruct, zigZag } from "./thrift.js";

/** A flat column of 64-bit numbers in one row group. */
export interface PageColumn extends ColumnMetaData {
  readonly name: string;
  readonly type: "INT64" | "DOUBLE";
  /** Whether pages say which values are missing. */
  readonly isOptional: boolean;
}

/** Numbers of one column, none missing. */
export type ParquetColumn = BigInt64Array | Float64Array;

/** What stands before the bytes of a page. */
export interface PageHeader {
  readonly kind: "data" | "data-2" | "dictionary" | "other";
  /** Bytes of the page in the file. */
  readonly bytes: number;
  readonly unpackedBytes: number;
  /** The part for its kind. */
  readonly details: ThriftStruct;
  readonly values: number;
}

/** Values of a data page, or their positions in the dictionary. */
export interface Page {
  readonly values: ParquetColumn | Uint32Array;
  readonly dictionary?: ParquetColumn;
}

// https://github.com/apache/parquet-format: src/main/thrift/parquet.thrift, and Encodings.md for what follows. hyparquet
// knows all of this too, but exports nothing that reads single pages.
const KINDS = { 5: "data", 7: "dictionary", 8: "data-2" } as const;
const PLAIN = 0;
const PLAIN_DICTIONARY = 2;
const DELTA_BINARY_PACKED = 5;
const RLE_DICTIONARY = 8;
const BYTE_STREAM_SPLIT = 9;
const VALUE_BYTES = 8;

/** Reads a page's header and leaves the reader behind it. */
export function readPageHeader(reader: ByteReader): PageHeader {
  const header = readThrift(reader);
  const field = ([5, 7, 8] as const).find((number) => header[number] !== undefined);
  const details = field === undefined ? {} : (header[field] as ThriftStruct);
  return {
    kind: field === undefined ? "other" : KINDS[field],
    bytes: numberAt(header, 3),
    unpackedBytes: numberAt(header, 2),
    details,
    values: numberAt(details, 1),
  };
}

/** The values of a dictionary page. */
export function readDictionary(body: Uint8Array, header: PageHeader, column: PageColumn): ParquetColumn {
  return plainValues(unpack(body, header.unpackedBytes, column), column, header.values);
}

/** The values of a data page. @throws DataPrepError when one is missing */
export function readDataPage(
  body: Uint8Array,
  header: PageHeader,
  column: PageColumn,
  dictionary: ParquetColumn | undefined,
): Page {
  const isSecond = header.kind === "data-2";
  const encoding = numberAt(header.details, isSecond ? 4 : 2);
  const bytes = isSecond ? secondBody(body, header, column) : firstBody(body, header, column);
  const values = readValues(bytes, encoding, header, column);
  return values instanceof Uint32Array ? { values, dictionary } : { values };
}

/** The packed values of a page whose levels are packed with them. */
function firstBody(body: Uint8Array, header: PageHeader, column: PageColumn): Uint8Array {
  const bytes = unpack(body, header.unpackedBytes, column);
  if (!column.isOptional) return bytes;
  const reader = readerOf(bytes);
  const length = reader.view.getUint32(0, true);
  reader.offset = 4;
  const levels = new Uint32Array(header.values);
  readRuns(reader, 1, levels);
  if (levels.includes(0)) throw missingValues(column);
  return bytes.subarray(4 + length);
}

/** The packed values of a page of the second version, whose levels stand before them. */
function secondBody(body: Uint8Array, header: PageHeader, column: PageColumn): Uint8Array {
  if (numberAt(header.details, 2) > 0) throw missingValues(column);
  const levelBytes = numberAt(header.details, 5) + numberAt(header.details, 6);
  const packed = body.subarray(levelBytes);
  return header.details[7] === false ? packed : unpack(packed, header.unpackedBytes - levelBytes, column);
}

function readValues(bytes: Uint8Array, encoding: number, header: PageHeader, column: PageColumn): Page["values"] {
  const count = header.values;
  const reader = readerOf(bytes);
  switch (encoding) {
    case PLAIN:
      return plainValues(bytes, column, count);
    case PLAIN_DICTIONARY:
    case RLE_DICTIONARY: {
      const positions = new Uint32Array(count);
      const width = readByte(reader);
      if (width > 0) readRuns(reader, width, positions);
      return positions;
    }
    case BYTE_STREAM_SPLIT: {
      const joined = new Uint8Array(count * VALUE_BYTES);
      for (let at = 0; at < joined.length; at++)
        joined[(at % count) * VALUE_BYTES + Math.floor(at / count)] = bytes[at]!;
      return plainValues(joined, column, count);
    }
    default:
      if (encoding !== DELTA_BINARY_PACKED || column.type !== "INT64") {
        throw wrongMetadata(`the parquet column ${column.name} has the encoding ${encoding}, which is not known here`);
      }
      return readDeltas(reader, count);
  }
}

function plainValues(bytes: Uint8Array, { type }: PageColumn, count: number): ParquetColumn {
  // Numbers are read where they are aligned to eight bytes.
  const { buffer, byteOffset } = bytes.byteOffset % VALUE_BYTES === 0 ? bytes : new Uint8Array(bytes);
  return type === "INT64" ? new BigInt64Array(buffer, byteOffset, count) : new Float64Array(buffer, byteOffset, count);
}

/** Fills `output` from runs of equal values and of values packed `width` bits each. */
function readRuns(reader: ByteReader, width: number, output: Uint32Array): void {
  for (let seen = 0; seen < output.length; ) {
    const head = Number(readVarint(reader));
    if (head & 1) {
      seen = readPackedRun(reader, (head >>> 1) * 8, width, output, seen);
    } else {
      let value = 0;
      for (let bits = 0; bits < width; bits += 8) value |= readByte(reader) << bits;
      output.fill(value, seen, seen + (head >>> 1));
      seen += head >>> 1;
    }
  }
}

function readPackedRun(reader: ByteReader, count: number, width: number, output: Uint32Array, from: number): number {
  const end = Math.min(from + count, output.length);
  const mask = 2 ** width - 1;
  let bits = 0;
  let held = 0;
  let seen = from;
  const start = reader.offset;
  while (seen < end) {
    while (held < width) {
      // Not by bit operations: a value of 32 bits and what is left of the byte before do not fit into 32.
      bits += readByte(reader) * 2 ** held;
      held += 8;
    }
    output[seen++] = width < 25 ? bits & mask : bits % 2 ** width;
    bits = width < 25 ? bits >>> width : Math.floor(bits / 2 ** width);
    held -= width;
  }
  // The last group of eight is whole in the file, even where fewer values are wanted.
  reader.offset = start + (count / 8) * width;
  return seen;
}

/** Whole numbers as differences, packed in blocks. */
function readDeltas(reader: ByteReader, count: number): BigInt64Array {
  const output = new BigInt64Array(count);
  const blockValues = Number(readVarint(reader));
  const parts = Number(readVarint(reader));
  readVarint(reader);
  let value = zigZag(readVarint(reader));
  let seen = 0;
  if (count > 0) output[seen++] = value;
  while (seen < count) {
    const least = zigZag(readVarint(reader));
    const widths = Array.from({ length: parts }, () => readByte(reader));
    for (const width of widths) {
      if (seen >= count) break;
      const start = reader.offset;
      for (let at = 0; at < blockValues / parts && seen < count; at++) {
        value += least + bitsAt(reader.view, start, at * width, width);
        output[seen++] = value;
      }
      reader.offset = start + ((blockValues / parts) * width) / 8;
    }
  }
  return output;
}

/** A number of `width` bits, lowest first, that begins `bit` bits behind a byte. */
function bitsAt(view: DataView, start: number, bit: number, width: number): bigint {
  let value = 0n;
  let have = -(bit % 8);
  for (let at = start + Math.floor(bit / 8); have < width; at++) {
    const byte = BigInt(view.getUint8(at));
    value |= have < 0 ? byte >> BigInt(-have) : byte << BigInt(have);
    have += 8;
  }
  return BigInt.asUintN(width, value);
}

function unpack(bytes: Uint8Array, unpackedBytes: number, { name, codec }: PageColumn): Uint8Array {
  if (codec === "UNCOMPRESSED") return bytes;
  const unpacked = compressors[codec]?.(bytes, unpackedBytes);
  if (unpacked?.length === unpackedBytes) return unpacked;
  throw wrongMetadata(
    unpacked === undefined
      ? `the parquet column ${name} is compressed by ${codec}, which is not known here`
      : `a page of the parquet column ${name} does not unpack to the bytes it announces`,
  );
}

function missingValues({ name }: PageColumn): Error {
  return wrongMetadata(`the parquet column ${name} has missing values`);
}

function readerOf({ buffer, byteOffset, byteLength }: Uint8Array): ByteReader {
  return { view: new DataView(buffer, byteOffset, byteLength), offset: 0 };
}

function numberAt(struct: ThriftStruct, field: number): number {
  return Number(struct[field] ?? 0);
}
