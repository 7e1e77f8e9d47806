import { parseCsv } from "@mlebench/frame";
import { expect, it } from "vitest";
import { labelSets, pythonFloats, pythonIntegers, requireColumns, textsOrMissing } from "./checks/index.js";
import { decodeRunLengths } from "./metrics/run-lengths.js";
import { quoted } from "./quoted.js";

it("quotes short texts whole and cuts long ones", () => {
  expect(quoted('a "b"')).toBe('"a \\"b\\""');
  expect(quoted("x".repeat(60))).toBe(`"${"x".repeat(60)}"`);
  expect(quoted("x".repeat(61))).toBe(`"${"x".repeat(57)}..."`);
});

it("keeps every reason short, however long the cells are", () => {
  const text = parseCsv(`v,${"w".repeat(10_000)}\n${"x".repeat(10_000)},0\n`);
  const number = parseCsv(`v,w\n${"1".repeat(18)},0\n`);
  const refusals = [
    () => pythonIntegers(text.column("v"), "v"),
    () => pythonFloats(text.column("v"), "v"),
    () => labelSets(number.column("v"), "v"),
    () => textsOrMissing(number.column("v"), "v"),
    () => requireColumns(text, "z"),
    () => decodeRunLengths(`1 ${"y".repeat(10_000)}`, 100),
  ];
  for (const refusal of refusals) {
    expect(refusal).toThrow();
    try {
      refusal();
    } catch (error) {
      expect((error as Error).message.length).toBeLessThan(300);
    }
  }
});
