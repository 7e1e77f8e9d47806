/** A CSV as rows of cells, without quoting. */
export interface Grid {
  header: string[];
  rows: string[][];
}

/** Reads a sound CSV. */
export function parseCsv(text: string): Grid {
  const cells = /(?:"([^"]*(?:""[^"]*)*)"|([^,\n]*?))(,|\r?\n|$)/y;
  const rows: string[][] = [];
  let row: string[] = [];
  while (cells.lastIndex < text.length) {
    const match = cells.exec(text);
    if (match === null) throw new Error("This text is no sound CSV.");
    const [, quoted, plain, end] = match;
    row.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  const [header = [], ...body] = rows;
  return { header, rows: body };
}

/** Writes it with quotes where a cell needs them. */
export function stringifyCsv({ header, rows }: Grid): string {
  const cellText = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return [header, ...rows].map((row) => `${row.map(cellText).join(",")}\n`).join("");
}
