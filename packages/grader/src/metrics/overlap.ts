/** Sizes of two masks and of what they share, in pixels. */
export interface Overlap {
  readonly truth: number;
  readonly predicted: number;
  readonly shared: number;
}

/** Dice coefficient: 2 |A and B| / (|A| + |B|); NaN when both are empty. */
export function dice({ truth, predicted, shared }: Overlap): number {
  return (2 * shared) / (truth + predicted);
}

/** Intersection over union: |A and B| / |A or B|; NaN when both are empty. */
export function intersectionOverUnion({ truth, predicted, shared }: Overlap): number {
  return shared / (truth + predicted - shared);
}
