import { closeSync, createReadStream, openSync, writeSync } from "node:fs";
import { DraftFile } from "@mlebench/base";
import { requireObject } from "../records/json-access.js";
import type { JsonObject } from "./json-object.js";
import { JsonSyntaxError, parsePyJson } from "./parse-py-json.js";
import { toPyJson } from "./write-py-json.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);
/** What may stand between the records: blanks and commas. */
const BETWEEN = new Set([0x20, 0x09, 0x0a, 0x0d, 0x2c]);

/** The objects of a file that holds one JSON array of them, one in memory at a time. */
export async function* readRecords(
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<JsonObject> {
  let pieces: Buffer[] = [];
  let depth = 0;
  let inString = false;
  let escaped = false;
  let offset = 0;
  let isClosed = false;
  for await (const data of createReadStream(path, { signal: options.signal, highWaterMark: 1 << 20 })) {
    const chunk = data as Buffer;
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE && depth > 1) {
        inString = true;
      } else if (OPENING.has(byte)) {
        depth++;
        if (depth === 2) start = at;
      } else if (CLOSING.has(byte)) {
        depth--;
        isClosed = depth === 0;
        if (depth !== 1) continue;
        const record = Buffer.concat([...pieces, chunk.subarray(start, at + 1)]);
        pieces = [];
        yield requireObject(parsePyJson(record), `an item of ${path}`);
      } else if (depth < 2 && !BETWEEN.has(byte)) {
        throw new JsonSyntaxError("a list of objects was expected", offset + at, chunk.toString("utf8", at, at + 40));
      }
    }
    if (depth > 1) pieces.push(chunk.subarray(start));
    offset += chunk.length;
  }
  if (!isClosed) throw new JsonSyntaxError("the list does not end", offset, "");
}

/** Writes a JSON array record by record, as Python's `json.dump`. Disposed without `close`, it leaves no file. */
export interface RecordWriter extends Disposable {
  write(record: JsonObject): void;
  /** Appends a record that is already the text of `toPyJson`. */
  writeText(text: string): void;
  /** Makes the file appear under its name. */
  close(): void;
}

const FLUSH_CHARACTERS = 1 << 18;

/** Opens a file for {@link RecordWriter}. */
export function createRecordWriter(path: string): RecordWriter {
  const draft = new DraftFile(path);
  const file = openSync(draft.draftPath, "wx");
  let gathered = "[";
  let isEmpty = true;
  let isOpen = true;
  const flush = () => {
    const bytes = Buffer.from(gathered, "latin1");
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    gathered = "";
  };
  const writeText = (text: string) => {
    gathered += isEmpty ? text : `, ${text}`;
    isEmpty = false;
    if (gathered.length >= FLUSH_CHARACTERS) flush();
  };
  return {
    writeText,
    write: (record) => writeText(toPyJson(record)),
    close() {
      gathered += "]";
      flush();
      closeSync(file);
      isOpen = false;
      draft.commit();
    },
    [Symbol.dispose]() {
      if (!isOpen) return;
      closeSync(file);
      draft.discard();
    },
  };
}
