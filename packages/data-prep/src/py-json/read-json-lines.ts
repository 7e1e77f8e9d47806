import { createReadStream } from "node:fs";
import { requireObject } from "../records/json-access.js";
import type { JsonObject } from "./json-object.js";
import { parsePyJson } from "./parse-py-json.js";

const LINE_FEED = 0x0a;

/** The objects of a file with one JSON object a line, numbers as pandas' `read_json` reads them; blank lines are skipped. One line is in memory at a time. */
export async function* readJsonLines(
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<JsonObject> {
  const parse = (line: Buffer) => requireObject(parsePyJson(line, { floats: "pandas" }), "a line");
  let pieces: Buffer[] = [];
  for await (const chunk of createReadStream(path, { signal: options.signal, highWaterMark: 1 << 20 })) {
    let rest = chunk as Buffer;
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED)) {
      const line = Buffer.concat([...pieces, rest.subarray(0, end)]);
      pieces = [];
      rest = rest.subarray(end + 1);
      if (!isBlank(line)) yield parse(line);
    }
    if (rest.length > 0) pieces.push(rest);
  }
  const last = Buffer.concat(pieces);
  if (!isBlank(last)) yield parse(last);
}

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09);
}
