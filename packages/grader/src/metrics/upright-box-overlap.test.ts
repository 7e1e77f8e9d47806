import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type UprightBoxParts, uprightBox, uprightBoxOverlap } from "./upright-box-overlap.js";

const unit: UprightBoxParts = { centre: [0, 0, 0], size: [1, 1, 1], yaw: 0 };
const overlap = (a: UprightBoxParts, b: UprightBoxParts) => uprightBoxOverlap(uprightBox(a)!, uprightBox(b)!);

describe("uprightBoxOverlap", () => {
  it("is exact for boxes along the axes", () => {
    expect(overlap(unit, unit)).toBe(1);
    expect(overlap(unit, { ...unit, size: [1, 1, 2] })).toBe(0.5);
    expect(overlap(unit, { ...unit, centre: [0.5, 0, 0] })).toBe(1 / 3);
    expect(overlap(unit, { ...unit, centre: [0, 0, 1] })).toBe(0);
    expect(overlap(unit, { ...unit, centre: [1, 0, 0] })).toBe(0);
  });

  it("lays length along the yaw", () => {
    const long: UprightBoxParts = { ...unit, size: [1, 4, 1] };
    expect(overlap({ ...long, yaw: Math.PI / 2 }, { ...unit, size: [4, 1, 1] })).toBeCloseTo(1, 12);
    // An octagon of area 2 sqrt(2) - 2
    const octagon = 2 * Math.SQRT2 - 2;
    expect(overlap(unit, { ...unit, yaw: Math.PI / 4 })).toBeCloseTo(octagon / (2 - octagon), 12);
  });

  it("is symmetric, and the same when both boxes turn and move together", () => {
    const parts = fc.record({
      centre: fc.tuple(
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.constant(0),
      ),
      size: fc.tuple(
        fc.double({ min: 0.5, max: 3, noNaN: true }),
        fc.double({ min: 0.5, max: 3, noNaN: true }),
        fc.double({ min: 0.5, max: 3, noNaN: true }),
      ),
      yaw: fc.double({ min: -7, max: 7, noNaN: true }),
    });
    const turned = ({ centre: [x, y, z], size, yaw }: UprightBoxParts, by: number): UprightBoxParts => ({
      centre: [x * Math.cos(by) - y * Math.sin(by) + 100, x * Math.sin(by) + y * Math.cos(by) - 50, z + 3],
      size,
      yaw: yaw + by,
    });
    fc.assert(
      fc.property(parts, parts, fc.double({ min: -3, max: 3, noNaN: true }), (a, b, by) => {
        const expected = overlap(a, b);
        expect(overlap(b, a)).toBeCloseTo(expected, 9);
        expect(overlap(turned(a, by), turned(b, by))).toBeCloseTo(expected, 9);
        expect(overlap(a, a)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe("uprightBox", () => {
  it.each([
    ["a missing number", { ...unit, yaw: Number.NaN }],
    ["a size of 0", { ...unit, size: [1, 0, 1] as const }],
    ["an infinite place", { ...unit, centre: [Number.POSITIVE_INFINITY, 0, 0] as const }],
    [
      "a place too far away for right angles",
      { ...unit, centre: [1e12, 1e12, 0] as const, size: [1, 4, 1] as const, yaw: 0.3 },
    ],
  ])("refuses %s", (_, parts) => expect(uprightBox(parts)).toBeUndefined());
});
