/** Set cells of a grid of three axes; cell i has the coordinates `axes[0][i]`, `axes[1][i]`, `axes[2][i]`. */
export interface GridPoints {
  readonly axes: readonly [Int32Array, Int32Array, Int32Array];
}

/** Length of one step along each axis. */
export type GridSteps = readonly [number, number, number];

/**
 * Hausdorff distance of two sets of cells of a three-dimensional grid: the largest Euclidean distance from a cell of either
 * set to the nearest one of the other. Exact, in time and memory of the box around both sets, however many cells they have.
 * @param a cells, at least one.
 * @param b cells, at least one.
 * @param steps how far apart neighbours are along each axis, all positive.
 * @see Felzenszwalb and Huttenlocher, Distance Transforms of Sampled Functions (2012)
 */
export function gridHausdorffDistance(a: GridPoints, b: GridPoints, steps: GridSteps): number {
  const box = boxAround(a, b);
  return Math.sqrt(Math.max(largestSquaredDistance(a, b, box, steps), largestSquaredDistance(b, a, box, steps)));
}

interface GridBox {
  readonly origin: readonly [number, number, number];
  readonly lengths: readonly [number, number, number];
}

function boxAround(a: GridPoints, b: GridPoints): GridBox {
  const ranges = ([0, 1, 2] as const).map((axis) => {
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    for (const values of [a.axes[axis], b.axes[axis]]) {
      for (const value of values) {
        if (value < first) first = value;
        if (value > last) last = value;
      }
    }
    return { first, length: last - first + 1 };
  });
  const [x, y, z] = ranges as [(typeof ranges)[0], (typeof ranges)[0], (typeof ranges)[0]];
  return { origin: [x.first, y.first, z.first], lengths: [x.length, y.length, z.length] };
}

function largestSquaredDistance(from: GridPoints, to: GridPoints, box: GridBox, steps: GridSteps): number {
  const distances = squaredDistances(to, box, steps);
  let largest = 0;
  forEachCell(from, box, (cell) => {
    if (distances[cell]! > largest) largest = distances[cell]!;
  });
  return largest;
}

function forEachCell(
  { axes: [x, y, z] }: GridPoints,
  { origin, lengths }: GridBox,
  visit: (cell: number) => void,
): void {
  for (let index = 0; index < x.length; index++) {
    visit(((x[index]! - origin[0]) * lengths[1] + (y[index]! - origin[1])) * lengths[2] + (z[index]! - origin[2]));
  }
}

/** Of every cell of the box the squared distance to the nearest of the points: one axis after the other. */
function squaredDistances(points: GridPoints, box: GridBox, steps: GridSteps): Float64Array {
  const [nx, ny, nz] = box.lengths;
  const distances = new Float64Array(nx * ny * nz).fill(Number.POSITIVE_INFINITY);
  forEachCell(points, box, (cell) => {
    distances[cell] = 0;
  });
  const line = new LowerEnvelope(Math.max(nx, ny, nz));
  for (let row = 0; row < nx * ny; row++)
    line.transform(distances, { start: row * nz, stride: 1, count: nz }, steps[2]);
  for (let x = 0; x < nx; x++) {
    for (let z = 0; z < nz; z++) {
      line.transform(distances, { start: x * ny * nz + z, stride: nz, count: ny }, steps[1]);
    }
  }
  for (let rest = 0; rest < ny * nz; rest++) {
    line.transform(distances, { start: rest, stride: ny * nz, count: nx }, steps[0]);
  }
  return distances;
}

interface GridLine {
  readonly start: number;
  readonly stride: number;
  readonly count: number;
}

/** Replaces f(q) by the least f(p) + (step (q - p))^2 along a line: the lower envelope of parabolas. */
class LowerEnvelope {
  readonly #values: Float64Array;
  /** Where the parabolas of the envelope stand, and from where on each is the lowest. */
  readonly #vertices: Int32Array;
  readonly #bounds: Float64Array;

  constructor(longest: number) {
    this.#values = new Float64Array(longest);
    this.#vertices = new Int32Array(longest);
    this.#bounds = new Float64Array(longest);
  }

  transform(data: Float64Array, { start, stride, count }: GridLine, step: number): void {
    const values = this.#values;
    const vertices = this.#vertices;
    const bounds = this.#bounds;
    const scale = step * step;
    let top = -1;
    for (let q = 0; q < count; q++) {
      const value = data[start + q * stride]!;
      values[q] = value;
      if (value === Number.POSITIVE_INFINITY) continue;
      let bound = Number.NEGATIVE_INFINITY;
      while (top >= 0) {
        const p = vertices[top]!;
        bound = ((value - values[p]!) / scale + q * q - p * p) / (2 * (q - p));
        if (bound > bounds[top]!) break;
        top--;
      }
      top++;
      vertices[top] = q;
      bounds[top] = top === 0 ? Number.NEGATIVE_INFINITY : bound;
    }
    if (top < 0) return;
    for (let q = 0, at = 0; q < count; q++) {
      while (at < top && bounds[at + 1]! < q) at++;
      const p = vertices[at]!;
      data[start + q * stride] = values[p]! + scale * (q - p) * (q - p);
    }
  }
}
