import { oneLine, unstyled } from "./style.js";

export interface TableColumn {
  readonly title: string;
  /** @default "left" */
  readonly align?: "left" | "right";
  /** Left out where the table is too wide: columns with 1 first, then those with 2 and so on. @default never */
  readonly dropRank?: number;
}

/** Columns with these titles. */
export function left(...titles: string[]): TableColumn[] {
  return titles.map((title) => ({ title }));
}

/** Columns with these titles, aligned as numbers are. */
export function right(...titles: string[]): TableColumn[] {
  return titles.map((title) => ({ title, align: "right" }));
}

/** Characters in a line of the terminal that a stream goes to; undefined where there is none, or it doesn't say. */
export function terminalWidth(stream: { readonly isTTY?: boolean; readonly columns?: number }): number | undefined {
  return stream.isTTY && stream.columns ? stream.columns : undefined;
}

/** Between two columns. */
const GAP = 2;

/**
 * The columns, by their index, that a table of a given width has room for.
 * @param width in characters; undefined where lines may be of any length.
 */
export function fittingColumns(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
): readonly number[] {
  const widths = columnWidths(columns, rows);
  const ranks = [...new Set(columns.flatMap(({ dropRank }) => dropRank ?? []))].sort((a, b) => a - b);
  let shown = columns.map((_, index) => index);
  for (const rank of ranks) {
    const needed = shown.reduce((sum, index) => sum + widths[index]! + GAP, -GAP);
    if (width === undefined || needed <= width) break;
    shown = shown.filter((index) => columns[index]?.dropRank !== rank);
  }
  return shown;
}

/** A table with only the columns that there is room for. */
export function formatTableWithin(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
): string {
  const shown = fittingColumns(columns, rows, width);
  return formatTable(
    shown.map((index) => columns[index]!),
    rows.map((row) => shown.map((index) => row[index] ?? "")),
  );
}

/** Text in columns, two blanks apart, a line under the titles; colours do not count as width. Each cell is one line. */
export function formatTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const widths = columnWidths(columns, rows);
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => {
        const cell = oneLine(cells[index] ?? "");
        const padding = " ".repeat(widths[index]! - visibleLength(cell));
        return align === "right" ? padding + cell : cell + padding;
      })
      .join(" ".repeat(GAP))
      .trimEnd();
  return [
    line(columns.map(({ title }) => title)),
    widths.map((width) => "-".repeat(width)).join(" ".repeat(GAP)),
    ...rows.map(line),
  ]
    .map((text) => `${text}\n`)
    .join("");
}

function columnWidths(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): number[] {
  return columns.map(({ title }, index) =>
    Math.max(visibleLength(title), ...rows.map((row) => visibleLength(row[index] ?? ""))),
  );
}

function visibleLength(text: string): number {
  return unstyled(oneLine(text)).length;
}
