import { toJsonText } from "../json-text.js";
import { hash } from "./hash.js";

/** A text and the digests by which a change of it is named. */
export interface DigestedText {
  readonly text: string;
  /** Of the whole text; this is what must match. */
  readonly digest: string;
  /** One for each top-level field, or each row of a list; these say where a change is. */
  readonly fields: readonly (readonly [name: string, digest: string])[];
}

/** The JSON text of a value, made field by field so that digests of the fields cost no second pass of JSON. */
export function digestedJson(value: unknown): DigestedText {
  const { pieces, open, close } = piecesOf(value);
  const text = `${open}${pieces.map(({ key, piece }) => (key === undefined ? piece : `${key}:${piece}`)).join(",")}${close}`;
  return { text, digest: hash(text), fields: pieces.map(({ name, piece }) => [name, hash(piece)] as const) };
}

/** The digests of a value's fields, as {@link digestedJson} has them. */
export function fieldDigests(value: unknown): ReadonlyMap<string, string> {
  return new Map(piecesOf(value).pieces.map(({ name, piece }) => [name, hash(piece)]));
}

interface Pieces {
  readonly open: string;
  readonly close: string;
  readonly pieces: readonly { readonly name: string; readonly key?: string; readonly piece: string }[];
}

function piecesOf(value: unknown): Pieces {
  if (Array.isArray(value)) {
    // The journal has lists of one row: their fields are the row's.
    const [only] = value;
    if (value.length === 1 && isObject(only)) {
      const { open, close, pieces } = piecesOf(only);
      return { open: `[${open}`, close: `${close}]`, pieces };
    }
    const pieces = value.map((item, index) => ({ name: String(index), piece: toJsonText(item) }));
    return { open: "[", close: "]", pieces };
  }
  if (!isObject(value)) return { open: "", close: "", pieces: [{ name: "", piece: toJsonText(value) }] };
  const pieces = Object.entries(value)
    // What JSON has no word for is left out, as JSON.stringify does.
    .filter(([, item]) => item !== undefined && typeof item !== "function" && typeof item !== "symbol")
    .map(([name, item]) => {
      const key = toJsonText(name);
      // As it will be read again: half a surrogate pair is another character then.
      return { name: String(JSON.parse(key)), key, piece: toJsonText(item) };
    });
  return { open: "{", close: "}", pieces };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
