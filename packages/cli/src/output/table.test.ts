import pc from "picocolors";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rendered, style } from "./style.js";
import { formatTable, formatTableWithin, type TableColumn } from "./table.js";

const COLUMNS: readonly TableColumn[] = [
  { title: "name" },
  { title: "words", dropRank: 1 },
  { title: "count", align: "right", dropRank: 2 },
];

const { isColorSupported } = pc;
let rows: string[][];
beforeAll(() => {
  pc.isColorSupported = true;
  rows = [
    ["one", "a few words", "1"],
    [style.green("two"), "more", "22"],
  ];
});
afterAll(() => {
  pc.isColorSupported = isColorSupported;
});

it("leaves out what there is no room for, the least important first, and nothing where lines may be long", () => {
  const widths = [undefined, 24, 23, 11, 10, 3].map(
    (width) => formatTableWithin(COLUMNS, rows, width).split("\n", 1)[0],
  );
  const whole = "name  words        count";
  expect(widths).toEqual([whole, whole, "name  count", "name  count", "name", "name"]);
});

it("does not count colours as width", () => {
  expect(rendered(formatTable(COLUMNS, rows)).split("\n")[3]).toBe("\u001b[32mtwo\u001b[39m   more            22");
});
