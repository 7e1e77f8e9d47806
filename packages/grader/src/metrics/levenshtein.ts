/**
 * Levenshtein distance: the least number of inserted, deleted and replaced elements that turns `a` into `b`.
 * @param a any sequence; split a text into code points with {@link codePoints} first, as Python counts them.
 * @param b compared with `===`.
 */
export function levenshtein<T>(a: ArrayLike<T>, b: ArrayLike<T>): number {
  let start = 0;
  let aEnd = a.length;
  let bEnd = b.length;
  while (start < aEnd && start < bEnd && a[start] === b[start]) start++;
  while (start < aEnd && start < bEnd && a[aEnd - 1] === b[bEnd - 1]) {
    aEnd--;
    bEnd--;
  }
  const width = bEnd - start;
  if (width === 0 || aEnd === start) return Math.max(width, aEnd - start);
  const row = Uint32Array.from({ length: width + 1 }, (_, index) => index);
  for (let i = start; i < aEnd; i++) {
    let diagonal = row[0]!;
    row[0] = i - start + 1;
    for (let j = 1; j <= width; j++) {
      const above = row[j]!;
      const replaced = diagonal + (a[i] === b[start + j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, above + 1, row[j - 1]! + 1);
      diagonal = above;
    }
  }
  return row[width]!;
}

/** Code points of a text; a surrogate pair is one, as in Python. */
export function codePoints(text: string): Uint32Array {
  return Uint32Array.from(text, (character) => character.codePointAt(0)!);
}
