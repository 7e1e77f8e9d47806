import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GridPoints, gridHausdorffDistance } from "./grid-hausdorff-distance.js";
import { hausdorffDistance } from "./hausdorff-distance.js";

type Cell = readonly [number, number, number];

const grid = (cells: readonly Cell[]): GridPoints => ({
  axes: [0, 1, 2].map((axis) => Int32Array.from(cells, (cell) => cell[axis]!)) as [Int32Array, Int32Array, Int32Array],
});

describe("gridHausdorffDistance", () => {
  it("measures along each axis in its own steps", () => {
    expect(gridHausdorffDistance(grid([[0, 0, 0]]), grid([[3, 4, 0]]), [1, 1, 1])).toBe(5);
    expect(gridHausdorffDistance(grid([[7, 0, 0]]), grid([[9, 0, 0]]), [0.5, 1, 2])).toBe(1);
  });

  it("is 0 for equal sets and looks in both directions", () => {
    const near: Cell[] = [[1, 1, 1]];
    const both: Cell[] = [...near, [1, 1, 9]];
    expect(gridHausdorffDistance(grid(both), grid(both), [1, 1, 1])).toBe(0);
    expect(gridHausdorffDistance(grid(near), grid(both), [1, 1, 1])).toBe(8);
    expect(gridHausdorffDistance(grid(both), grid(near), [1, 1, 1])).toBe(8);
  });

  it("agrees with comparing every pair of cells", () => {
    const cell = fc.tuple(fc.nat(6), fc.nat(9), fc.nat(12));
    const cells = fc.array(cell, { minLength: 1, maxLength: 30 });
    const step = fc.integer({ min: 1, max: 400 }).map((length) => 1 / length);
    fc.assert(
      fc.property(cells, cells, fc.tuple(step, step, step), (a, b, steps) => {
        const scaled = (list: readonly Cell[]) => list.map((own) => own.map((value, axis) => value * steps[axis]!));
        expect(gridHausdorffDistance(grid(a), grid(b), steps)).toBeCloseTo(hausdorffDistance(scaled(a), scaled(b)), 12);
      }),
    );
  });
});
