import { createReadStream } from "node:fs";
import { requireObject } from "../records/json-access.js";
import type { JsonObject } from "./json-object.js";
import { JsonSyntaxError, parsePyJson } from "./parse-py-json.js";

/** The first object of a file that holds a JSON array of objects; the rest, however large, is not read. */
export async function readFirstRecord(path: string): Promise<JsonObject> {
  const pieces: string[] = [];
  let depth = 0;
  let inString = false;
  let isEscaped = false;
  for await (const chunk of createReadStream(path, { encoding: "utf8" })) {
    const piece = String(chunk);
    let start = depth === 0 ? piece.length : 0;
    for (let index = 0; index < piece.length; index++) {
      const character = piece[index]!;
      if (isEscaped) isEscaped = false;
      else if (inString && character === "\\") isEscaped = true;
      else if (character === '"') inString = !inString;
      else if (inString) continue;
      else if (character === "{" && depth++ === 0) start = index;
      else if (character === "}" && --depth === 0) {
        return requireObject(parsePyJson(pieces.join("") + piece.slice(start, index + 1)), path);
      }
    }
    pieces.push(piece.slice(start));
  }
  throw new JsonSyntaxError("the array has no object", 0, "");
}
