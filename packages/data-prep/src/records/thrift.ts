/** A struct of Thrift's compact protocol, fields by their number. A number is an i32, a bigint an i64. */
export interface ThriftStruct {
  readonly [field: number]: ThriftValue | undefined;
}
export type ThriftValue = number | bigint | boolean | Uint8Array | ThriftStruct | readonly ThriftValue[];

/** Bytes and how far they are read. */
export interface ByteReader {
  readonly view: DataView;
  offset: number;
}

// Numbers of the types: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

/** Reads a struct, binaries as bytes. @throws RangeError when the bytes end in it */
export function readThrift(reader: ByteReader): ThriftStruct {
  const struct: Record<number, ThriftValue> = {};
  for (let field = 0; ; ) {
    const head = readByte(reader);
    if (head === 0) return struct;
    field = head >> 4 === 0 ? Number(zigZag(readVarint(reader))) : field + (head >> 4);
    struct[field] = readValue(reader, head & 15);
  }
}

function readValue(reader: ByteReader, type: number): ThriftValue {
  switch (type) {
    case TRUE:
    case FALSE:
      return type === TRUE;
    case BYTE:
      return (readByte(reader) << 24) >> 24;
    case I16:
    case I32:
      return Number(zigZag(readVarint(reader)));
    case I64:
      return zigZag(readVarint(reader));
    case DOUBLE:
      reader.offset += 8;
      return reader.view.getFloat64(reader.offset - 8, true);
    case BINARY: {
      const length = Number(readVarint(reader));
      const { buffer, byteOffset } = reader.view;
      reader.offset += length;
      return new Uint8Array(buffer, byteOffset + reader.offset - length, length);
    }
    case LIST: {
      const head = readByte(reader);
      const length = head >> 4 === 15 ? Number(readVarint(reader)) : head >> 4;
      const item = head & 15;
      const isBoolean = item === TRUE || item === FALSE;
      return Array.from({ length }, () => (isBoolean ? readByte(reader) === TRUE : readValue(reader, item)));
    }
    case STRUCT:
      return readThrift(reader);
    default:
      throw new RangeError(`no Thrift value of parquet has the type ${type}`);
  }
}

export function readByte(reader: ByteReader): number {
  return reader.view.getUint8(reader.offset++);
}

/** An unsigned number in groups of seven bits, the lowest first. */
export function readVarint(reader: ByteReader): bigint {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = readByte(reader);
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return value;
  }
}

/** A signed number from the unsigned one it travels as. */
export function zigZag(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}
