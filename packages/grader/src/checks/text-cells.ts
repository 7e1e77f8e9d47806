import type { Column } from "@mlebench/frame";

/** The cells of a column as text, as pandas' `astype(str)` gives them; a missing one is `missing`. */
export function textCells(column: Column, missing = "nan"): string[] {
  return Array.from({ length: column.length }, (_, row) => (column.isMissing(row) ? missing : column.text(row)));
}
