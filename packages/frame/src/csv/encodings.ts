import { isAscii, isUtf8 } from "node:buffer";
import { TextDecoder } from "node:util";
import { OptionError, TextEncodingError } from "../errors.js";

/**
 * Text encodings. `utf-8` and `utf-8-sig` both accept a byte order mark. `latin-1` maps every byte; `cp1252` is Windows'
 * variant with five bytes undefined.
 */
export type CsvEncoding = "utf-8" | "utf-8-sig" | "latin-1" | "cp1252" | "ascii" | "utf-16" | "utf-16-le" | "utf-16-be";

/** Turns chunks of a file into chunks of valid UTF-8; refuses what the encoding does not have. */
export interface Utf8Transcoder {
  /** @param last no more chunks follow. */
  push(chunk: Buffer, last: boolean): Buffer;
}

export function createTranscoder(encoding: CsvEncoding): Utf8Transcoder {
  switch (encoding) {
    case "utf-8":
    case "utf-8-sig":
      return new Utf8Checker(encoding);
    case "latin-1":
      return { push: (chunk) => (isAscii(chunk) ? chunk : Buffer.from(chunk.toString("latin1"), "utf8")) };
    case "ascii":
      return new ByteTable("ascii", undefined);
    case "cp1252":
      return new ByteTable("cp1252", CP1252_HIGH);
    case "utf-16":
    case "utf-16-le":
    case "utf-16-be":
      return new Utf16(encoding);
    default:
      throw new OptionError(`Unknown encoding ${JSON.stringify(encoding)}.`, "Use utf-8, latin-1, cp1252 or utf-16.");
  }
}

/** Passes UTF-8 through, holding back a character that the chunk cuts. */
class Utf8Checker implements Utf8Transcoder {
  private carry: Buffer = Buffer.alloc(0);
  private offset = 0;

  constructor(private readonly encoding: string) {}

  push(chunk: Buffer, last: boolean): Buffer {
    const bytes = this.carry.length > 0 ? Buffer.concat([this.carry, chunk]) : chunk;
    const cut = last ? bytes.length : completeLength(bytes);
    const whole = bytes.subarray(0, cut);
    if (!isUtf8(whole)) throw new TextEncodingError(this.encoding, this.offset + firstInvalid(whole));
    // The rest must be copied: the caller uses its chunk's memory again.
    this.carry = Buffer.from(bytes.subarray(cut));
    this.offset += cut;
    return whole;
  }
}

/** Length without an incomplete character at the end. */
function completeLength(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes.length;
    if (byte > 0xf4) return bytes.length;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

function firstInvalid(bytes: Buffer): number {
  let valid = 0;
  let invalid = bytes.length;
  // The longest prefix that is valid once a cut character at its end is left out.
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    const prefix = bytes.subarray(0, middle);
    if (isUtf8(prefix.subarray(0, completeLength(prefix)))) valid = middle;
    else invalid = middle;
  }
  return valid;
}

/** What cp1252 has at 0x80 to 0x9f; U+FFFD where it has nothing. Node's own decoder takes these for control characters. */
const CP1252_HIGH =
  "\u20ac\ufffd\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\ufffd\u017d\ufffd" +
  "\ufffd\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\ufffd\u017e\u0178";

/** One byte, one character, some bytes undefined. */
class ByteTable implements Utf8Transcoder {
  private offset = 0;

  constructor(
    private readonly encoding: "ascii" | "cp1252",
    /** Characters of 0x80 to 0x9f; the bytes above are those of latin-1. */
    private readonly high: string | undefined,
  ) {}

  push(chunk: Buffer): Buffer {
    const { high } = this;
    if (isAscii(chunk)) {
      this.offset += chunk.length;
      return chunk;
    }
    const bad = chunk.findIndex((byte) => byte >= 0x80 && (high === undefined || high[byte - 0x80] === "\ufffd"));
    if (bad >= 0) throw new TextEncodingError(this.encoding, this.offset + bad);
    this.offset += chunk.length;
    const text = chunk.toString("latin1");
    return Buffer.from(
      text.replace(/[\x80-\x9f]/g, (character) => high?.[character.charCodeAt(0) - 0x80] ?? ""),
      "utf8",
    );
  }
}

/** UTF-16 with the byte order of its mark (little endian without one) or the named one. */
class Utf16 implements Utf8Transcoder {
  private decoder: TextDecoder | undefined;
  private offset = 0;

  constructor(private readonly encoding: "utf-16" | "utf-16-le" | "utf-16-be") {}

  push(chunk: Buffer, last: boolean): Buffer {
    if (!this.decoder) {
      const bigEndian =
        this.encoding === "utf-16-be" || (this.encoding === "utf-16" && chunk[0] === 0xfe && chunk[1] === 0xff);
      this.decoder = new TextDecoder(bigEndian ? "utf-16be" : "utf-16le", {
        fatal: true,
        ignoreBOM: this.encoding !== "utf-16",
      });
    }
    try {
      const text = this.decoder.decode(chunk, { stream: !last });
      this.offset += chunk.length;
      return Buffer.from(text, "utf8");
    } catch (cause) {
      if (cause instanceof TypeError) throw new TextEncodingError(this.encoding, this.offset);
      throw cause;
    }
  }
}
