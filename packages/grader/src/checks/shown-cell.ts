import type { Column } from "@mlebench/frame";
import { quoted } from "../quoted.js";

/** A cell as reasons show it: text in quotes and cut when it is long, numbers bare. */
export function shownCell(column: Column, row: number): string {
  if (column.isMissing(row)) return "a missing value";
  const text = column.text(row);
  return column.kind === "object" ? quoted(text) : text;
}
