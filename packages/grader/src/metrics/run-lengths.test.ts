import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dice, intersectionOverUnion } from "./overlap.js";
import { countPixels, countSharedPixels, decodeRunLengths } from "./run-lengths.js";

const runs = (text: string, pixels = 100) => {
  const { starts, ends } = decodeRunLengths(text, pixels);
  return Array.from(starts, (start, index) => [start, ends[index]]);
};

function encode(mask: readonly boolean[]): string {
  const parts: number[] = [];
  mask.forEach((set, index) => {
    if (!set) return;
    if (index === 0 || !mask[index - 1]) parts.push(index + 1, 0);
    parts[parts.length - 1]!++;
  });
  return parts.join(" ");
}

describe("decodeRunLengths", () => {
  it("reads starts from 1 and lengths, in Python's integer syntax", () => {
    expect(runs("1 3 10 5")).toEqual([
      [0, 3],
      [9, 14],
    ]);
    expect(runs(" +1  0_3\t007 1 ")).toEqual([
      [0, 3],
      [6, 7],
    ]);
    expect(runs("  ")).toEqual([]);
  });

  it("cuts what lies beyond the image", () => {
    expect(runs("90 50 200 3 200 4")).toEqual([[89, 100]]);
    expect(runs("99 99999999999999999999999")).toEqual([[98, 100]]);
  });

  it("keeps upstream's reading of odd counts", () => {
    expect(runs("5")).toEqual([]);
    expect(runs("1 2 5")).toEqual([
      [0, 2],
      [4, 6],
    ]);
    expect(() => runs("1 2 5 1 9")).toThrow(/odd/);
  });

  it.each([
    ["5 1 3 1", /ascend/],
    ["0 5", /start must be positive/],
    ["1 0", /length must be positive/],
    ["1 5 3 1", /set twice/],
    ["1 1 1 1", /set twice/],
    ["1.0 2", /no integer/],
    ["a b", /no integer/],
  ])("refuses %j", (text, reason) => expect(() => runs(text)).toThrow(reason));

  it("counts and intersects as pixel masks do", () => {
    const mask = fc.array(fc.boolean(), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(mask, mask, (a, b) => {
        const left = decodeRunLengths(encode(a), 40);
        const right = decodeRunLengths(encode(b), 40);
        expect(countPixels(left)).toBe(a.filter(Boolean).length);
        expect(countSharedPixels(left, right)).toBe(a.filter((set, index) => set && b[index]).length);
      }),
    );
  });
});

describe("overlap of masks", () => {
  it("gives Dice and intersection over union, NaN for two empty masks", () => {
    expect(dice({ truth: 4, predicted: 2, shared: 2 })).toBe(4 / 6);
    expect(intersectionOverUnion({ truth: 4, predicted: 2, shared: 2 })).toBe(0.5);
    expect(dice({ truth: 0, predicted: 0, shared: 0 })).toBeNaN();
    expect(intersectionOverUnion({ truth: 0, predicted: 0, shared: 0 })).toBeNaN();
  });
});
