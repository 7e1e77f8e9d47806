/** Points of any dimension; each has as many coordinates. */
export type Points = readonly ArrayLike<number>[];

/**
 * Directed Hausdorff distance: the largest Euclidean distance from a point of `from` to its nearest point of `to`.
 * @returns Infinity when only `to` is empty, 0 when `from` is.
 * @see scipy `directed_hausdorff`
 */
export function directedHausdorffDistance(from: Points, to: Points): number {
  let largest = 0;
  for (const point of from) {
    let nearest = Number.POSITIVE_INFINITY;
    for (const other of to) {
      nearest = Math.min(nearest, squaredDistance(point, other));
      // A point that is nearer than the largest found so far cannot raise it.
      if (nearest <= largest) break;
    }
    largest = Math.max(largest, nearest);
  }
  return Math.sqrt(largest);
}

/** Hausdorff distance: the larger of the two directed ones. */
export function hausdorffDistance(a: Points, b: Points): number {
  return Math.max(directedHausdorffDistance(a, b), directedHausdorffDistance(b, a));
}

function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let axis = 0; axis < a.length; axis++) sum += (a[axis]! - b[axis]!) ** 2;
  return sum;
}
