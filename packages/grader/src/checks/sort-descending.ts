/**
 * A copy in falling order of a number, as Python's `sorted(items, key=key, reverse=True)`: equal keys keep their order, and
 * what NaN does to the order it does here too (V8 sorts by the same insertions, so lists of up to 63 items agree exactly).
 */
export function sortDescending<T>(items: readonly T[], key: (item: T) => number): T[] {
  return [...items]
    .reverse()
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
    .reverse();
}
