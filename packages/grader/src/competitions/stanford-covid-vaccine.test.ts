import { parseCsv } from "@mlebench/frame";
import { expect, it } from "vitest";
import grader from "./stanford-covid-vaccine.js";

const HEADER = "id_seqpos,reactivity,deg_Mg_pH10,deg_pH10,deg_Mg_50C,deg_50C";
const files = { privateDir: "/nowhere", answersPath: "/nowhere/test.csv" };
const VALUES = { a: 1, b: 2, c: 4, d: 8 };
type Id = keyof typeof VALUES;
const line = (id: Id) => `${id}${`,${VALUES[id]}`.repeat(5)}`;
const answers = parseCsv(
  `${HEADER},keep\n${line("a")},True\n${line("b")},False\n${line("c")},True\n${line("d")},False\n`,
);
const grade = (...lines: string[]) =>
  grader.grade({ submission: parseCsv(`${HEADER}\n${lines.map((text) => `${text}\n`).join("")}`), answers, files });

it("keeps the rows of a submission by their place in the file", () => {
  expect(grade(line("a"), line("b"), line("c"), line("d"))).toBe(0);
  expect(grade(line("d"), line("a"), line("b"), line("c"))).toBeGreaterThan(0);
});

it("keeps them by the row number in front of them where the header has no name for it", () => {
  expect(grade(`3,${line("d")}`, `0,${line("a")}`, `1,${line("b")}`, `2,${line("c")}`)).toBe(0);
  expect(grade(`0.0,${line("d")}`, `1.0,${line("a")}`, `2.0,${line("b")}`, `3.0,${line("c")}`)).toBeGreaterThan(0);
});

it.each([
  ["text", ["w", "x", "y", "z"]],
  ["numbers of no row", ["1", "2", "3", "4"]],
  ["nothing", ["", "", "", ""]],
  ["True and False", ["False", "True", "True", "False"]],
  ["two fields", ["0,0", "0,1", "0,2", "0,3"]],
])("refuses %s in front of the rows", (_, fronts) => {
  expect(() => grade(...(["a", "b", "c", "d"] as const).map((id, row) => `${fronts[row]},${line(id)}`))).toThrow(
    "no row number",
  );
});
