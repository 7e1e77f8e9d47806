import type { DataFrame } from "@mlebench/frame";

/** The cells of a column as text, as Python's `str` writes them (a missing one is `nan`): names of files and groups. */
export function textCells(table: DataFrame, name: string): string[] {
  const column = table.column(name);
  return Array.from({ length: column.length }, (_, row) => column.text(row));
}
