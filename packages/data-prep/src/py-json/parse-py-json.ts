import { open } from "node:fs/promises";
import { DataPrepError } from "../errors.js";
import { JsonObject } from "./json-object.js";
import { parsePandasFloat } from "./pandas-float.js";

/**
 * A JSON value as Python's json sees it. An integer is a number, or a bigint beyond 2^53; a float is a number when it
 * has a fraction, else a {@link PyFloat}, so that `1.0` and `1` stay apart.
 */
export type PyJson = null | boolean | string | number | bigint | PyFloat | readonly PyJson[] | JsonObject;

/** A float without a fraction (`1.0`, `1e16`, `-0.0`), NaN or an infinity. */
export class PyFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A float as it stands in a {@link PyJson} tree. */
export function pyFloat(value: number): number | PyFloat {
  return Number.isInteger(value) || !Number.isFinite(value) ? new PyFloat(value) : value;
}

/** A text is not the JSON that Python's json accepts. */
export class JsonSyntaxError extends DataPrepError {
  constructor(problem: string, offset: number, near: string) {
    super({
      code: "DATA_PREP_JSON",
      message: `Invalid JSON at byte ${offset}: ${problem}, near ${JSON.stringify(near)}.`,
      hint: "The raw data are damaged or not this competition's; get them anew.",
    });
  }
}

/** What {@link parsePyJson} takes. */
export interface ParsePyJsonOptions {
  /** How bytes become characters. @default "utf8" */
  readonly encoding?: "utf8" | "latin1";
  /** Whose floats: Python's exact ones or those of pandas' `read_json`. @default "python" */
  readonly floats?: "python" | "pandas";
}

/** Parses JSON as Python's `json.loads`: any size of integer, NaN and infinities, key order kept, last of equal keys. */
export function parsePyJson(content: string | Uint8Array, options: ParsePyJsonOptions = {}): PyJson {
  const bytes =
    typeof content === "string"
      ? Buffer.from(content)
      : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  return new Parser(bytes, options).parse();
}

/** Reads a JSON file of up to 4 GB with {@link parsePyJson}; it is never one string, whose length has a limit. */
export async function readPyJson(path: string, options: ParsePyJsonOptions = {}): Promise<PyJson> {
  await using file = await open(path);
  const { size } = await file.stat();
  const bytes = Buffer.allocUnsafe(size);
  for (let done = 0; done < size; ) {
    const { bytesRead } = await file.read(bytes, done, Math.min(size - done, 1 << 30), done);
    if (bytesRead === 0) throw new JsonSyntaxError("the file shrank while it was read", done, "");
    done += bytesRead;
  }
  return parsePyJson(bytes, options);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
/** What stands for a character that has an escape of its own. */
export const SHORT_ESCAPES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(ESCAPES).map(([letter, character]) => [character, `\\${letter}`]),
);

class Parser {
  readonly #bytes: Buffer;
  readonly #encoding: "utf8" | "latin1";
  readonly #toFloat: (text: string) => number;
  #at = 0;

  constructor(bytes: Buffer, { encoding = "utf8", floats = "python" }: ParsePyJsonOptions) {
    this.#bytes = bytes;
    this.#encoding = encoding;
    this.#toFloat = floats === "pandas" ? parsePandasFloat : Number;
  }

  parse(): PyJson {
    const value = this.#value();
    this.#blanks();
    if (this.#at < this.#bytes.length) throw this.#error("extra data");
    return value;
  }

  #value(): PyJson {
    this.#blanks();
    switch (this.#bytes[this.#at]) {
      case 0x7b: // {
        return this.#object();
      case 0x5b: // [
        return this.#array();
      case QUOTE:
        return this.#string();
      case 0x74: // t
        return this.#word("true", true);
      case 0x66: // f
        return this.#word("false", false);
      case 0x6e: // n
        return this.#word("null", null);
      case 0x4e: // N
        return this.#word("NaN", new PyFloat(Number.NaN));
      case 0x49: // I
        return this.#word("Infinity", new PyFloat(Number.POSITIVE_INFINITY));
      default:
        return this.#number();
    }
  }

  #object(): JsonObject {
    const object = new JsonObject();
    this.#at++;
    this.#blanks();
    if (this.#take(0x7d)) return object;
    for (;;) {
      this.#blanks();
      if (this.#bytes[this.#at] !== QUOTE) throw this.#error("a key in quotes was expected");
      const key = this.#string();
      this.#blanks();
      if (!this.#take(0x3a)) throw this.#error("a colon was expected");
      object.set(key, this.#value());
      this.#blanks();
      if (this.#take(0x7d)) return object;
      if (!this.#take(0x2c)) throw this.#error("a comma or } was expected");
    }
  }

  #array(): PyJson[] {
    const items: PyJson[] = [];
    this.#at++;
    this.#blanks();
    if (this.#take(0x5d)) return items;
    for (;;) {
      items.push(this.#value());
      this.#blanks();
      if (this.#take(0x5d)) return items;
      if (!this.#take(0x2c)) throw this.#error("a comma or ] was expected");
    }
  }

  #string(): string {
    const bytes = this.#bytes;
    let start = ++this.#at;
    let text = "";
    for (;;) {
      const byte = bytes[this.#at];
      if (byte === undefined || byte < 0x20) throw this.#error("a string does not end");
      if (byte === QUOTE) {
        text += bytes.toString(this.#encoding, start, this.#at++);
        return text;
      }
      if (byte === BACKSLASH) {
        text += bytes.toString(this.#encoding, start, this.#at) + this.#escape();
        start = this.#at;
      } else {
        this.#at++;
      }
    }
  }

  #escape(): string {
    const letter = String.fromCharCode(this.#bytes[this.#at + 1] ?? 0);
    if (letter !== "u") {
      const character = ESCAPES[letter];
      if (character === undefined) throw this.#error("an unknown escape");
      this.#at += 2;
      return character;
    }
    const digits = this.#bytes.toString("latin1", this.#at + 2, this.#at + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#error("four hexadecimal digits were expected");
    this.#at += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #number(): PyJson {
    const start = this.#at;
    let isFloat = false;
    while (this.#at < this.#bytes.length) {
      const byte = this.#bytes[this.#at]!;
      const isDigit = byte >= 0x30 && byte <= 0x39;
      const isFloatMark = byte === 0x2e || byte === 0x65 || byte === 0x45;
      if (!isDigit && !isFloatMark && byte !== 0x2d && byte !== 0x2b) break;
      isFloat ||= isFloatMark;
      this.#at++;
    }
    const text = this.#bytes.toString("latin1", start, this.#at);
    if (text === "-" && this.#bytes[this.#at] === 0x49) return this.#word("Infinity", new PyFloat(-Infinity));
    if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(text)) {
      this.#at = start;
      throw this.#error("a value was expected");
    }
    if (isFloat) return pyFloat(this.#toFloat(text));
    const value = Number(text);
    // An int has no negative zero.
    return Number.isSafeInteger(value) ? value || 0 : BigInt(text);
  }

  #word(word: string, value: PyJson): PyJson {
    if (this.#bytes.toString("latin1", this.#at, this.#at + word.length) !== word) {
      throw this.#error("a value was expected");
    }
    this.#at += word.length;
    return value;
  }

  #blanks(): void {
    const bytes = this.#bytes;
    for (;;) {
      const byte = bytes[this.#at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at++;
    }
  }

  #take(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) return false;
    this.#at++;
    return true;
  }

  #error(problem: string): JsonSyntaxError {
    return new JsonSyntaxError(problem, this.#at, this.#bytes.toString("utf8", this.#at, this.#at + 40));
  }
}
