import { DataPrepError } from "../errors.js";
import { JsonObject } from "../py-json/json-object.js";
import { PyFloat, type PyJson } from "../py-json/parse-py-json.js";

/** The top-level object of a metadata file. */
export function requireObject(json: PyJson, what: string): JsonObject {
  if (json instanceof JsonObject) return json;
  throw wrongMetadata(`${what} is not a JSON object`);
}

/** A text field of a record. */
export function textField(record: JsonObject, key: string): string {
  const value = record.get(key);
  if (typeof value === "string") return value;
  throw wrongMetadata(`an object has no text ${key}`);
}

/** A list of objects in a metadata file. */
export function objectList(metadata: JsonObject, key: string): JsonObject[] {
  return requireList(metadata.get(key) ?? null, key);
}

/** A list whose items are objects. */
export function requireList(json: PyJson, what: string): JsonObject[] {
  if (!Array.isArray(json)) throw wrongMetadata(`${what} is not a list`);
  return json.map((item) => requireObject(item, `an item of ${what}`));
}

/** The error of a metadata file that is not what it should be. */
export function wrongMetadata(problem: string): DataPrepError {
  return new DataPrepError({
    code: "DATA_PREP_METADATA",
    message: `The metadata are not as expected: ${problem}.`,
    hint: "Check that the file is the competition's own and complete.",
  });
}

/** A number field of a record, whatever its kind in Python; True is 1. */
export function numberField(record: JsonObject, key: string): number {
  const value = record.get(key);
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return Number(value);
  if (value instanceof PyFloat) return value.value;
  throw wrongMetadata(`an object has no number ${key}`);
}

/** Checks the keys of an object, in any order. */
export function requireKeys(object: JsonObject, expected: readonly string[], what: string): void {
  const found = object.keys();
  if (found.length === expected.length && expected.every((key) => found.includes(key))) return;
  throw wrongMetadata(`${what} has the keys ${found.join(", ")}; expected ${expected.join(", ")}`);
}

/** The fields of a list of records, which all have the same. */
export function requireSameFields(records: readonly JsonObject[], file: string): readonly string[] {
  const fields = records[0]?.keys() ?? [];
  const known = new Set(fields);
  for (const [index, record] of records.entries()) {
    const keys = record.keys();
    const odd = keys.find((key) => !known.has(key)) ?? fields.find((key) => !record.has(key));
    if (odd !== undefined) throw wrongMetadata(`record ${index + 1} of ${file} and its first differ in ${odd}`);
  }
  return fields;
}

/** Checks that records have all fields that those of Kaggle's test part have. */
export function requireFields(testFields: readonly string[], fields: readonly string[]): void {
  const lacking = testFields.find((field) => !fields.includes(field));
  if (lacking !== undefined) throw wrongMetadata(`train.json has no ${lacking}, which test.json has`);
}
