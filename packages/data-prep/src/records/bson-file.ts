import { open } from "node:fs/promises";
import { DataPrepError } from "../errors.js";

/** A file of concatenated BSON documents that is damaged. */
export class BsonFormatError extends DataPrepError {
  constructor(path: string, problem: string) {
    super({
      code: "DATA_PREP_BSON_FORMAT",
      message: `${path} is not a sound file of BSON documents: ${problem}.`,
      hint: "Check that the download is complete.",
    });
  }
}

/** One element of a document: its bytes from the type to the end of the value. */
export interface BsonElement {
  readonly name: string;
  readonly type: number;
  /** Type, name and value. */
  readonly bytes: Buffer;
  /** The value alone. */
  readonly value: Buffer;
}

const WINDOW_BYTES = 8 << 20;
/** MongoDB's own limit is 16 MiB. */
const MAX_DOCUMENT_BYTES = 64 << 20;
const FIXED_BYTES: Readonly<Record<number, number>> = {
  1: 8,
  6: 0,
  7: 12,
  8: 1,
  9: 8,
  10: 0,
  16: 4,
  17: 8,
  18: 8,
  19: 16,
  127: 0,
  255: 0,
};

/** The documents of a file, one after the other, each with its length in front; a few megabytes are in memory. */
export async function* readBsonDocuments(
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<Buffer> {
  await using file = await open(path);
  let window = Buffer.alloc(0);
  for (;;) {
    options.signal?.throwIfAborted();
    let at = 0;
    let needed = 4;
    while (window.length - at >= 4) {
      needed = window.readInt32LE(at);
      if (needed < 5 || needed > MAX_DOCUMENT_BYTES) throw new BsonFormatError(path, `a document of ${needed} bytes`);
      if (window.length - at < needed) break;
      yield window.subarray(at, at + needed);
      at += needed;
      needed = 4;
    }
    const rest = window.subarray(at);
    const next = Buffer.allocUnsafe(rest.length + Math.max(WINDOW_BYTES, needed));
    rest.copy(next);
    const { bytesRead } = await file.read(next, rest.length, next.length - rest.length, null);
    if (bytesRead === 0) {
      if (rest.length > 0) throw new BsonFormatError(path, "its last document is cut off");
      return;
    }
    window = next.subarray(0, rest.length + bytesRead);
  }
}

/** The elements of a document in their order. */
export function bsonElements(document: Buffer, path: string): BsonElement[] {
  const elements: BsonElement[] = [];
  for (let at = 4; document[at] !== 0; ) {
    const nameEnd = document.indexOf(0, at + 1);
    if (at >= document.length || nameEnd < 0) throw new BsonFormatError(path, "a document has no end");
    const type = document[at]!;
    const from = nameEnd + 1;
    const end = from + valueBytes(document, type, from, path);
    if (end >= document.length) throw new BsonFormatError(path, "a value reaches past its document");
    elements.push({
      name: document.toString("utf8", at + 1, nameEnd),
      type,
      bytes: document.subarray(at, end),
      value: document.subarray(from, end),
    });
    at = end;
  }
  return elements;
}

/** A document of the given elements. */
export function bsonDocument(elements: readonly BsonElement[]): Buffer {
  const length = 5 + elements.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const head = Buffer.alloc(4);
  head.writeInt32LE(length);
  return Buffer.concat([head, ...elements.map(({ bytes }) => bytes), Buffer.alloc(1)], length);
}

/** A whole number of 32 or 64 bits, or a double without a fraction. */
export function bsonInteger(element: BsonElement | undefined, path: string): bigint {
  if (element?.type === 16) return BigInt(element.value.readInt32LE());
  if (element?.type === 18) return element.value.readBigInt64LE();
  if (element?.type === 1 && Number.isInteger(element.value.readDoubleLE()))
    return BigInt(element.value.readDoubleLE());
  throw new BsonFormatError(path, `${element?.name ?? "a field"} is missing or no whole number`);
}

function valueBytes(document: Buffer, type: number, from: number, path: string): number {
  const fixed = FIXED_BYTES[type];
  if (fixed !== undefined) return fixed;
  switch (type) {
    case 2:
    case 13:
    case 14:
      return 4 + document.readInt32LE(from);
    case 3:
    case 4:
    case 15:
      return document.readInt32LE(from);
    case 5:
      return 5 + document.readInt32LE(from);
    case 11:
      return document.indexOf(0, document.indexOf(0, from) + 1) + 1 - from;
    default:
      throw new BsonFormatError(path, `a value of type ${type}`);
  }
}
