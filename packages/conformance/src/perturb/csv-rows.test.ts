import { expect, it } from "vitest";
import { joinCsvRows, splitCsvRows } from "./csv-rows.js";

it("keeps quotes, separators and line ends inside of quotes", () => {
  const text = 'a,"b, ""c""","d\ne"\r\n1,,\n';
  expect(splitCsvRows(text)).toEqual([
    ["a", '"b, ""c"""', '"d\ne"'],
    ["1", "", ""],
  ]);
  expect(joinCsvRows(splitCsvRows(text))).toBe(text.replace("\r\n", "\n"));
});
