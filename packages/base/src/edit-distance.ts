/**
 * Levenshtein distance: the least number of inserted, deleted and replaced elements that turns `left` into `right`.
 * @param left a list, or a text, which counts in UTF-16 units.
 * @param right compared with `===`.
 */
export function editDistance<Item>(left: ArrayLike<Item>, right: ArrayLike<Item>): number {
  let start = 0;
  let leftEnd = left.length;
  let rightEnd = right.length;
  while (start < leftEnd && start < rightEnd && left[start] === right[start]) start += 1;
  while (start < leftEnd && start < rightEnd && left[leftEnd - 1] === right[rightEnd - 1]) {
    leftEnd -= 1;
    rightEnd -= 1;
  }
  const width = rightEnd - start;
  if (width === 0 || leftEnd === start) return Math.max(width, leftEnd - start);
  const row = Uint32Array.from({ length: width + 1 }, (_, index) => index);
  for (let i = start; i < leftEnd; i += 1) {
    let diagonal = row[0]!;
    row[0] = i - start + 1;
    for (let j = 1; j <= width; j += 1) {
      const above = row[j]!;
      const replaced = diagonal + (left[i] === right[start + j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, above + 1, row[j - 1]! + 1);
      diagonal = above;
    }
  }
  return row[width]!;
}
