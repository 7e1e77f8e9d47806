import { parseCsv } from "@mlebench/frame";
import { expect, it } from "vitest";
import { numberCells } from "./number-cells.js";

it("names the cell that is no number, not the first one that became text with it", () => {
  const table = parseCsv("sentence_id\n81\n81\nreturn\n82\n");
  expect(() => numberCells(table, "sentence_id", { file: "en_train.csv", rowsBefore: 1000 })).toThrow(
    'en_train.csv has "return" in row 1003 of sentence_id, where a number is expected.',
  );
});

it("gives numbers, and NaN where one is missing", () => {
  expect([...numberCells(parseCsv("a,b\n1,x\n,y\n"), "a", { file: "x.csv" })]).toEqual([1, Number.NaN]);
});
