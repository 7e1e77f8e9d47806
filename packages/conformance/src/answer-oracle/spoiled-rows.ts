import { type Grid, parseCsv, stringifyCsv } from "../csv-grid.js";

/** A submission that asks about one row. */
export interface Probe {
  readonly name: string;
  readonly text: string;
}

/** What {@link spoiledRows} takes. */
export interface SpoiledRowsOptions {
  /** Rows asked about. */
  readonly rows: number;
  readonly random: () => number;
  /** Columns that stay as they are. */
  readonly kept: readonly string[];
}

/**
 * Sound submissions with one row spoiled: what a grader only looks at where the answers say something shows in the
 * difference between two rows.
 */
export function* spoiledRows(base: string, { rows, random, kept }: SpoiledRowsOptions): Generator<Probe> {
  const grid = parseCsv(base);
  const isKept = grid.header.map(
    (name, column) => kept.includes(name) || (column === 0 && !grid.header.some((other) => kept.includes(other))),
  );
  const count = Math.min(rows, grid.rows.length);
  const asked = new Set<number>();
  while (asked.size < count) asked.add(Math.floor(random() * grid.rows.length));
  for (const row of asked) {
    const other = grid.rows[Math.floor(random() * grid.rows.length)]!;
    for (const [name, spoil] of SPOILS) {
      const cells = grid.rows[row]!.map((cell, column) => (isKept[column] ? cell : spoil(cell, other[column] ?? "")));
      yield { name: `row ${row + 1}: ${name}`, text: stringifyCsv(withRow(grid, row, cells)) };
    }
    yield { name: `row ${row + 1} twice`, text: stringifyCsv({ ...grid, rows: [...grid.rows, grid.rows[row]!] }) };
    yield {
      name: `row ${row + 1} in place of another`,
      text: stringifyCsv(withRow(grid, row === 0 ? grid.rows.length - 1 : row - 1, grid.rows[row]!)),
    };
    yield {
      name: `row ${row + 1} left out`,
      text: stringifyCsv({ ...grid, rows: grid.rows.filter((_, index) => index !== row) }),
    };
    yield { name: `row ${row + 1} alone`, text: stringifyCsv({ ...grid, rows: [grid.rows[row]!] }) };
  }
}

type Spoil = (cell: string, other: string) => string;

const SPOILS: readonly (readonly [name: string, spoil: Spoil])[] = [
  ["nothing", () => ""],
  ["a blank", () => " "],
  ["a word", () => "word"],
  ["nan", () => "nan"],
  ["an infinity", () => "inf"],
  ["a negative number", () => "-1"],
  ["a huge number", () => "1e308"],
  ["a fraction", () => "0.5"],
  ["True", () => "True"],
  ["another row's cell", (_, other) => other],
  ["its numbers negative", (cell) => negative(cell)],
  ["another row's numbers negative", (_, other) => negative(other)],
  [
    "its parts replaced",
    (cell) =>
      cell
        .split(" ")
        .map((_, index) => `x${index}`)
        .join(" "),
  ],
  ["its first part less", (cell) => cell.split(" ").slice(1).join(" ")],
  ["its parts reversed", (cell) => cell.split(" ").reverse().join(" ")],
];

function negative(cell: string): string {
  return cell.replace(/(?<![\w.])-?\d+(\.\d+)?(?![\w.])/g, "-1");
}

function withRow(grid: Grid, row: number, cells: string[]): Grid {
  return { header: grid.header, rows: grid.rows.map((own, index) => (index === row ? cells : own)) };
}
