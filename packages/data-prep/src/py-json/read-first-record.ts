import type { JsonObject } from "./json-object.js";
import { JsonSyntaxError } from "./parse-py-json.js";
import { readRecords } from "./stream-records.js";

/** The first object of a file that holds a JSON array of objects; the rest, however large, is not read. */
export async function readFirstRecord(path: string): Promise<JsonObject> {
  for await (const record of readRecords(path)) return record;
  throw new JsonSyntaxError("the array has no object", 0, "");
}
