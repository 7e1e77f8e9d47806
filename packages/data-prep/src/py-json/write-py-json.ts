import { open } from "node:fs/promises";
import { DraftFile } from "@mlebench/base";
import { compareCodePoints, pyFloatRepr } from "@mlebench/frame";
import { JsonObject } from "./json-object.js";
import { PyFloat, type PyJson, SHORT_ESCAPES } from "./parse-py-json.js";

/** The arguments of Python's `json.dump` that matter; the defaults are Python's. */
export interface WritePyJsonOptions {
  /** Blanks per level; without it everything stands on one line. */
  readonly indent?: number;
  /** Orders the keys of every object by code point. @default false */
  readonly sortKeys?: boolean;
}

/** Pieces are gathered to about this length before they are written. */
const CHUNK_CHARACTERS = 1 << 18;

/** The text of Python's `json.dumps(value)`: ASCII with `\u` escapes, floats as Python prints them, no final newline. */
export function toPyJson(value: PyJson, options: WritePyJsonOptions = {}): string {
  return Array.from(pyJsonChunks(value, options)).join("");
}

/** Writes {@link toPyJson} of a value to a file piece by piece, so that it may be larger than a string can be. */
export async function writePyJson(path: string, value: PyJson, options: WritePyJsonOptions = {}): Promise<void> {
  const draft = new DraftFile(path);
  try {
    const file = await open(draft.draftPath, "wx");
    try {
      for (const chunk of pyJsonChunks(value, options)) await file.appendFile(chunk, "latin1");
    } finally {
      await file.close();
    }
    draft.commit();
  } catch (error) {
    draft.discard();
    throw error;
  }
}

function* pyJsonChunks(value: PyJson, options: WritePyJsonOptions): Generator<string> {
  let gathered = "";
  for (const piece of pieces(value, options, 0)) {
    gathered += piece;
    if (gathered.length >= CHUNK_CHARACTERS) {
      yield gathered;
      gathered = "";
    }
  }
  if (gathered !== "") yield gathered;
}

function* pieces(value: PyJson, options: WritePyJsonOptions, level: number): Generator<string> {
  const isList = Array.isArray(value);
  if (!isList && !(value instanceof JsonObject)) {
    yield scalar(value as Exclude<PyJson, readonly PyJson[] | JsonObject>);
    return;
  }
  const [opening, closing] = isList ? ["[", "]"] : ["{", "}"];
  const count = isList ? value.length : (value as JsonObject).size;
  if (count === 0) {
    yield opening + closing;
    return;
  }
  const separators = separatorsAt(options.indent, level);
  let before = opening + separators.first;
  const members = isList ? value.entries() : sortedEntries(value as JsonObject, options);
  for (const [key, item] of members) {
    if (typeof key === "string") before += `${pyJsonString(key)}: `;
    // Most items are plain values: no generator for them.
    if (isScalar(item)) {
      yield before + scalar(item);
    } else {
      yield before;
      yield* pieces(item, options, level + 1);
    }
    before = separators.between;
  }
  yield separators.last + closing;
}

function sortedEntries(object: JsonObject, { sortKeys }: WritePyJsonOptions): Iterable<readonly [string, PyJson]> {
  return sortKeys ? [...object.entries()].sort(([a], [b]) => compareCodePoints(a, b)) : object.entries();
}

function separatorsAt(indent: number | undefined, level: number): { first: string; between: string; last: string } {
  if (indent === undefined) return { first: "", between: ", ", last: "" };
  const inner = `\n${" ".repeat(indent * (level + 1))}`;
  return { first: inner, between: `,${inner}`, last: `\n${" ".repeat(indent * level)}` };
}

type Scalar = null | boolean | string | number | bigint | PyFloat;

function isScalar(value: PyJson): value is Scalar {
  return typeof value !== "object" || value === null || value instanceof PyFloat;
}

function scalar(value: Scalar): string {
  switch (typeof value) {
    case "string":
      return pyJsonString(value);
    case "number":
      return Number.isInteger(value) ? value.toString() : float(value);
    case "bigint":
    case "boolean":
      return value.toString();
    default:
      return value === null ? "null" : float(value.value);
  }
}

function float(value: number): string {
  if (Number.isFinite(value)) return pyFloatRepr(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

/** A JSON string as Python writes it: only U+0020 to U+007E stand for themselves. */
export function pyJsonString(text: string): string {
  const escaped = text.replace(
    /[^ !#-[\]-~]/g,
    (unit) => SHORT_ESCAPES[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `"${escaped}"`;
}
