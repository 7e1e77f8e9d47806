import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutMiddle, truncateToolOutput } from "./truncate-output.js";

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom("a", "é", "€", "😀") }),
);

describe("cutMiddle", () => {
  it("keeps the first half and the last half of the bytes, the odd byte at the end", () => {
    expect(cutMiddle("0123456789", 5)).toEqual({ text: "01789", originalBytes: 10 });
    expect(cutMiddle("0123456789", 4)?.text).toBe("0189");
  });

  it("leaves what fits alone, and everything when the limit is 0", () => {
    expect(cutMiddle("0123456789", 10)).toBeUndefined();
    expect(cutMiddle("x".repeat(100_000), 0)).toBeUndefined();
  });

  it("drops characters that a cut runs through", () => {
    expect(cutMiddle("€€€€", 8)?.text).toBe("€€");
    expect(cutMiddle("€€€€", 7)?.text).toBe("€€");
    expect(cutMiddle("😀😀", 6)?.text).toBe("");
  });

  it("never makes a text longer than the limit, nor one with characters that were not there", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, maxBytes) => {
        const wellFormed = Buffer.from(text, "utf8").toString("utf8");
        const cut = cutMiddle(wellFormed, maxBytes);
        const bytes = Buffer.byteLength(wellFormed);
        if (bytes <= maxBytes) {
          expect(cut).toBeUndefined();
          return;
        }
        expect(cut?.originalBytes).toBe(bytes);
        expect(Buffer.byteLength(cut!.text)).toBeLessThanOrEqual(maxBytes);
        // Each half loses at most the 3 bytes of a split character.
        expect(Buffer.byteLength(cut!.text)).toBeGreaterThanOrEqual(maxBytes - 6);
        const prefix = commonPrefix(cut!.text, wellFormed);
        expect(wellFormed.endsWith(cut!.text.slice(prefix))).toBe(true);
      }),
    );
  });
});

describe("truncateToolOutput", () => {
  it("gives 16515 characters for a body of 16384", () => {
    const { text, truncated } = truncateToolOutput("bash", "x".repeat(20_000), 16_384);
    expect(text).toHaveLength(16_515);
    expect(truncated).toEqual([20_000, 16_384]);
  });
});

function commonPrefix(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return length;
}
