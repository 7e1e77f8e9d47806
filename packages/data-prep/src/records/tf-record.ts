import { open } from "node:fs/promises";
import { DataPrepError } from "../errors.js";

/** A record file that is not what its name says. */
export class RecordFormatError extends DataPrepError {
  constructor(path: string, problem: string) {
    super({
      code: "DATA_PREP_RECORD_FORMAT",
      message: `${path} is not a sound TFRecord file: ${problem}.`,
      hint: "Check that the download is complete.",
    });
  }
}

const HEADER_BYTES = 12;
const FOOTER_BYTES = 4;
/** No record of a Kaggle data set comes near; a larger length means that the file is damaged. */
const MAX_RECORD_BYTES = 1 << 30;

/**
 * The first bytes value of one feature in every record of a TFRecord file of `tf.train.Example` messages, as UTF-8 text.
 * One record is in memory at a time; checksums are not verified.
 * @throws RecordFormatError
 */
export async function* readBytesFeature(
  path: string,
  feature: string,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<string> {
  await using file = await open(path);
  const header = Buffer.alloc(HEADER_BYTES);
  for (let position = 0; ; ) {
    options.signal?.throwIfAborted();
    const { bytesRead } = await file.read(header, 0, HEADER_BYTES, position);
    if (bytesRead === 0) return;
    const length = Number(header.readBigUInt64LE(0));
    if (bytesRead < HEADER_BYTES || length > MAX_RECORD_BYTES)
      throw new RecordFormatError(path, `no record at byte ${position}`);
    const payload = Buffer.alloc(length);
    const read = await file.read(payload, 0, length, position + HEADER_BYTES);
    if (read.bytesRead < length) throw new RecordFormatError(path, `the record at byte ${position} is cut off`);
    const value = bytesFeature(payload, feature);
    if (value !== undefined) yield value.toString("utf8");
    position += HEADER_BYTES + length + FOOTER_BYTES;
  }
}

/** Example.features (1) holds map entries (1) of name (1) and Feature (2), whose bytes_list (1) holds values (1). */
function bytesFeature(example: Buffer, name: string): Buffer | undefined {
  for (const features of lengthDelimited(example, 1)) {
    for (const entry of lengthDelimited(features, 1)) {
      if (first(lengthDelimited(entry, 1))?.toString("utf8") !== name) continue;
      const feature = first(lengthDelimited(entry, 2));
      const list = feature && first(lengthDelimited(feature, 1));
      return list && first(lengthDelimited(list, 1));
    }
  }
  return undefined;
}

function first<T>(values: Iterable<T>): T | undefined {
  for (const value of values) return value;
  return undefined;
}

/** The values of a length-delimited field of a protocol buffer message; other fields are passed over. */
function* lengthDelimited(message: Buffer, field: number): Generator<Buffer> {
  let position = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; position < message.length; factor *= 128) {
      const byte = message[position++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (position < message.length) {
    const tag = varint();
    switch (tag % 8) {
      case 0:
        varint();
        break;
      case 1:
        position += 8;
        break;
      case 2: {
        const length = varint();
        if (Math.floor(tag / 8) === field) yield message.subarray(position, position + length);
        position += length;
        break;
      }
      case 5:
        position += 4;
        break;
      default:
        return;
    }
  }
}
