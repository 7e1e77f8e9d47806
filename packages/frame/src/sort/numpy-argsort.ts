/** Whether the value of one row is below that of another. */
export type Less = (row: number, other: number) => boolean;

const SMALL = 16;

/**
 * Sorts row numbers in place as numpy's default ("quicksort") argsort does, including the order it leaves equal values in:
 * median-of-three quicksort, insertion sort for up to 16 rows, heap sort when the recursion gets too deep.
 */
export function numpyArgsort(rows: Int32Array, less: Less): void {
  const count = rows.length;
  if (count < 2) return;
  let low = 0;
  let high = count - 1;
  let depth = 2 * (31 - Math.clz32(count));
  const stack: { low: number; high: number; depth: number }[] = [];
  for (;;) {
    let exhausted = depth < 0;
    if (exhausted) heapSort(rows, low, high, less);
    while (!exhausted && high - low >= SMALL) {
      const split = partition(rows, low, high, less);
      depth -= 1;
      if (split - low < high - split) {
        stack.push({ low: split + 1, high, depth });
        high = split - 1;
      } else {
        stack.push({ low, high: split - 1, depth });
        low = split + 1;
      }
      exhausted = false;
    }
    if (!exhausted) insertionSort(rows, low, high, less);
    const next = stack.pop();
    if (!next) return;
    ({ low, high, depth } = next);
  }
}

function swap(rows: Int32Array, a: number, b: number): void {
  const kept = rows[a]!;
  rows[a] = rows[b]!;
  rows[b] = kept;
}

function partition(rows: Int32Array, low: number, high: number, less: Less): number {
  const middle = low + ((high - low) >> 1);
  if (less(rows[middle]!, rows[low]!)) swap(rows, middle, low);
  if (less(rows[high]!, rows[middle]!)) swap(rows, high, middle);
  if (less(rows[middle]!, rows[low]!)) swap(rows, middle, low);
  const pivot = rows[middle]!;
  let left = low;
  let right = high - 1;
  swap(rows, middle, right);
  for (;;) {
    do left += 1;
    while (less(rows[left]!, pivot));
    do right -= 1;
    while (less(pivot, rows[right]!));
    if (left >= right) break;
    swap(rows, left, right);
  }
  swap(rows, left, high - 1);
  return left;
}

function insertionSort(rows: Int32Array, low: number, high: number, less: Less): void {
  for (let index = low + 1; index <= high; index += 1) {
    const row = rows[index]!;
    let place = index;
    while (place > low && less(row, rows[place - 1]!)) {
      rows[place] = rows[place - 1]!;
      place -= 1;
    }
    rows[place] = row;
  }
}

function heapSort(rows: Int32Array, low: number, high: number, less: Less): void {
  // One-based positions, as in numpy: the order of equal values depends on it.
  const base = low - 1;
  let size = high - low + 1;
  const sift = (start: number, row: number) => {
    let hole = start;
    let child = hole * 2;
    while (child <= size) {
      if (child < size && less(rows[base + child]!, rows[base + child + 1]!)) child += 1;
      if (!less(row, rows[base + child]!)) break;
      rows[base + hole] = rows[base + child]!;
      hole = child;
      child += child;
    }
    rows[base + hole] = row;
  };
  for (let start = size >> 1; start > 0; start -= 1) sift(start, rows[base + start]!);
  while (size > 1) {
    const row = rows[base + size]!;
    rows[base + size] = rows[base + 1]!;
    size -= 1;
    sift(1, row);
  }
}
