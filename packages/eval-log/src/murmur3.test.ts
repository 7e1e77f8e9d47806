import { expect, it } from "vitest";
import { murmur3Hex } from "./murmur3.js";

it.each([
  ["", "00000000000000000000000000000000"],
  ["a", "85555565f6597889e6b53a48510e895a"],
  ["hello", "cbd8a7b341bd9b025b1e906a48ae1d19"],
  ["hello, world", "342fac623a5ebc8e4cdcbc079642414d"],
  ["0123456789abcde", "a62dd5f6c0bf23514fccf50c7c544cf0"],
  ["0123456789abcdef", "4be06d94cf4ad1a787c35b5c63a708da"],
  ["0123456789abcdef0", "eb24ae8785a5c07573fb68b3313128ca"],
  ["The quick brown fox jumps over the lazy dog", "e34bbc7bbc071b6c7a433ca9c49a9347"],
  ["äöü漢字😀äöü漢字😀äöü漢字😀äöü漢字😀äöü漢字😀", "6fe67762158c56efc9fa7688ac5bad0b"],
  ["x".repeat(1000), "84da7741b76d628b7851694dc53b2444"],
])("hashes %j as the mmh3 package does", (text, hash) => {
  expect(murmur3Hex(text)).toBe(hash);
});

it("gives the nudge of the react agent the key that Inspect's logs have", () => {
  const nudge = [
    "\nPlease proceed to the next step using your best judgement. If you believe you have ",
    "completed the task, please call the `submit()` tool with your final answer.\n",
  ].join("");
  expect(murmur3Hex(nudge)).toBe("4195b2ca03da7405758cbcaebc83b006");
});
