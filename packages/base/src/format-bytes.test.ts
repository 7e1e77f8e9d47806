import { describe, expect, it } from "vitest";
import { formatBytes } from "./format-bytes.js";

describe("formatBytes", () => {
  it("takes the largest unit of which there is one, with a decimal below a hundred", () => {
    const sizes = [0, 532, 999, 1000, 1500, 99_940, 99_960, 123_456, 1.5e9, 5.5e15];
    expect(sizes.map(formatBytes)).toEqual([
      "0 B",
      "532 B",
      "999 B",
      "1.0 kB",
      "1.5 kB",
      "99.9 kB",
      "100 kB",
      "123 kB",
      "1.5 GB",
      "5500 TB",
    ]);
  });

  it("never shows a thousand of a unit", () => {
    expect([999.9, 999_499, 999_500, 999_999_999].map(formatBytes)).toEqual(["1.0 kB", "999 kB", "1.0 MB", "1.0 GB"]);
  });
});
