/**
 * Levenshtein distance of two lists. Split a text into code points with {@link codePoints} first, as Python counts them.
 */
export { editDistance as levenshtein } from "@mlebench/base";

/** Code points of a text; a surrogate pair is one, as in Python. */
export function codePoints(text: string): Uint32Array {
  return Uint32Array.from(text, (character) => character.codePointAt(0)!);
}
