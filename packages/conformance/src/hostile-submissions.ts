import { type Grid, parseCsv, stringifyCsv } from "./csv-grid.js";

/** A mutated submission, ready to be written to a file. */
export interface HostileSubmission {
  /** What was done to it, for messages. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** What {@link hostileSubmissions} takes. */
export interface HostileOptions {
  /** Texts of sound submissions; rows are taken from one and cells mixed in from the others. */
  readonly bases: readonly string[];
  readonly count: number;
  readonly seed: number;
}

/** Random numbers in [0, 1), the same for the same seed. */
type Random = () => number;

/** Grids larger than this are not made longer. */
const MOST_CELLS = 200_000;
/** A column of long cells has about as many characters at most. */
const MOST_CHARACTERS = 4_000_000;

/** Sound submissions, each spoiled in one to three ways: in its table, in its cells, in its text or in its bytes. */
export function* hostileSubmissions({ bases, count, seed }: HostileOptions): Generator<HostileSubmission> {
  const random = seededRandom(seed);
  const grids = bases.map(parseCsv);
  for (let index = 0; index < count; index++) {
    const grid = structuredClone(pick(random, grids));
    const other = pick(random, grids);
    const steps = 1 + below(random, 3);
    const names: string[] = [];
    for (let step = 0; step < steps; step++) {
      const [name, mutate] = pick(random, random() < 0.35 ? TABLE_MUTATIONS : CELL_MUTATIONS);
      mutate(grid, random, other);
      names.push(name);
    }
    let text = stringifyCsv(grid);
    if (random() < 0.15) {
      const [name, mutate] = pick(random, TEXT_MUTATIONS);
      text = mutate(text, random);
      names.push(name);
    }
    let bytes = Buffer.from(text, "utf8");
    if (random() < 0.05) {
      const [name, encode] = pick(random, BYTE_MUTATIONS);
      bytes = encode(text, random);
      names.push(name);
    }
    yield { name: `seed ${seed}, number ${index}: ${names.join(", ")}`, bytes };
  }
}

type TableMutation = readonly [name: string, mutate: (grid: Grid, random: Random, other: Grid) => void];
type TextMutation = readonly [name: string, mutate: (text: string, random: Random) => string];
type ByteMutation = readonly [name: string, encode: (text: string, random: Random) => Buffer<ArrayBuffer>];

const TABLE_MUTATIONS: readonly TableMutation[] = [
  ["column dropped", (grid, random) => dropColumn(grid, below(random, grid.header.length))],
  [
    "column renamed",
    (grid, random) => {
      const column = below(random, grid.header.length);
      grid.header[column] = pick(random, ["", " ", `${grid.header[column]} `, "__proto__", "constructor", "0", "é"]);
    },
  ],
  [
    "column doubled",
    (grid, random) => {
      const column = below(random, grid.header.length);
      grid.header.push(grid.header[column]!);
      for (const row of grid.rows) row.push(row[column]!);
    },
  ],
  ["columns reordered", (grid, random) => reorderColumns(grid, shuffled(random, [...grid.header.keys()]))],
  [
    "column added",
    (grid, random) => {
      grid.header.push(pick(random, ["extra", "index", "Usage", "toString"]));
      const cell = cut(hostileCell(random), grid);
      for (const row of grid.rows) row.push(cell);
    },
  ],
  ["row dropped", (grid, random) => grid.rows.splice(below(random, grid.rows.length), 1)],
  [
    "row doubled",
    (grid, random) => {
      if (grid.rows.length > 0) grid.rows.splice(below(random, grid.rows.length), 0, [...pick(random, grid.rows)]);
    },
  ],
  [
    "row put over another",
    (grid, random) => {
      if (grid.rows.length > 0) grid.rows[below(random, grid.rows.length)] = [...pick(random, grid.rows)];
    },
  ],
  [
    "rows shuffled",
    (grid, random) => {
      grid.rows = shuffled(random, grid.rows);
    },
  ],
  ["rows reversed", (grid) => grid.rows.reverse()],
  [
    "all rows twice",
    (grid) => {
      if (grid.rows.length * grid.header.length > MOST_CELLS) return;
      grid.rows = [...grid.rows, ...grid.rows.map((row) => [...row])];
    },
  ],
  [
    "first rows only",
    (grid, random) => {
      grid.rows.length = Math.min(grid.rows.length, pick(random, [0, 1, 2, grid.rows.length >> 1]));
    },
  ],
  ["row ragged", (grid, random) => grid.rows[below(random, grid.rows.length)]?.push("1")],
  ["row short", (grid, random) => grid.rows[below(random, grid.rows.length)]?.pop()],
];

const CELL_MUTATIONS: readonly TableMutation[] = [
  ["cell replaced", (grid, random) => changeCells(grid, random, 1, () => hostileCell(random))],
  ["some cells replaced", (grid, random) => changeCells(grid, random, 0.2, () => cut(hostileCell(random), grid))],
  [
    "column replaced",
    (grid, random) => {
      const cell = cut(hostileCell(random), grid);
      changeCells(grid, random, 2, () => cell);
    },
  ],
  ["column of 0 and 1", (grid, random) => changeCells(grid, random, 2, () => String(below(random, 2)))],
  ["column of True and False", (grid, random) => changeCells(grid, random, 2, () => pick(random, ["True", "False"]))],
  ["column of fractions", (grid, random) => changeCells(grid, random, 2, () => String(random()))],
  ["column of whole floats", (grid, random) => changeCells(grid, random, 2, (cell) => asFloat(cell, random))],
  ["column padded", (grid, random) => changeCells(grid, random, 2, (cell) => ` ${cell} `)],
  ["column in capitals", (grid, random) => changeCells(grid, random, 2, (cell) => cell.toUpperCase())],
  ["piece of a cell replaced", (grid, random) => changeCells(grid, random, 1, (cell) => changePiece(cell, random))],
  [
    "pieces of cells replaced",
    (grid, random) => changeCells(grid, random, 0.3, (cell) => cut(changePiece(cell, random), grid)),
  ],
  ["numbers moved", (grid, random) => changeCells(grid, random, 0.5, (cell) => moveNumbers(cell, random))],
  [
    "cells of the column mixed",
    (grid, random) => {
      const cells = shuffled(
        random,
        grid.rows.flatMap((row) => row.slice(1)),
      );
      changeCells(grid, random, 0.5, (cell) => cells.pop() ?? cell);
    },
  ],
  [
    "cells of another submission",
    (grid, random, other) => changeCells(grid, random, 0.5, (cell, row, column) => other.rows[row]?.[column] ?? cell),
  ],
];

const TEXT_MUTATIONS: readonly TextMutation[] = [
  ["byte order mark", (text) => `\uFEFF${text}`],
  ["CRLF", (text) => text.replaceAll("\n", "\r\n")],
  ["CR", (text) => text.replaceAll("\n", "\r")],
  ["blank lines", (text) => text.replaceAll("\n", "\n\n")],
  ["open quote", (text, random) => insert(text, random, '"')],
  ["NUL", (text, random) => insert(text, random, "\0")],
  ["semicolons", (text) => text.replaceAll(",", ";")],
  ["tabs", (text) => text.replaceAll(",", "\t")],
  ["cut off", (text, random) => text.slice(0, below(random, text.length))],
  ["no header", (text) => text.slice(text.indexOf("\n") + 1)],
  ["no final newline", (text) => text.trimEnd()],
  ["comment in front", (text) => `# comment\n${text}`],
];

const BYTE_MUTATIONS: readonly ByteMutation[] = [
  ["UTF-16", (text) => Buffer.from(`\uFEFF${text}`, "utf16le")],
  ["latin-1", (text, random) => Buffer.from(insert(text, random, "é"), "latin1")],
  [
    "a bit turned",
    (text, random) => {
      const bytes = Buffer.from(text, "utf8");
      if (bytes.length > 0) bytes[below(random, bytes.length)]! ^= 1 << below(random, 8);
      return bytes;
    },
  ],
];

const ODD_CELLS: readonly string[] = [
  ...["", "NA", "nan", "None", "null", "text", "True", "False", "true", "inf", "-inf", "1e400", "-1e400", "1e-400"],
  ...["0", "1", "-0", "-0.0", "-1", "2", "0.5", "1.0", "0.30000000000000004", "1e5", "1_0", "0x10", "1,5", "٣", "１"],
  ...["9007199254740993", "9223372036854775807", "9223372036854775808", "18446744073709551616", `1${"0".repeat(25)}`],
  ...[" ", "  ", " 1", "1 ", "\t", "\n", "a\nb", '"', '""', "'", "[]", "[1, 2]", "{}", "()", "\u00a0", "a\u0000b"],
  ...["1 1", "1 1 1", "1 5 3 2", "5 5 1 5", "0 1", "-1 5", "1 -5", "1 1000000000000", "1000000000000 1", "1.5 2"],
  ...[
    "9223372036854775807 9223372036854775807",
    "1 1 1 1 1 1",
    "0 0.5 1 1 2 2",
    "opacity 0.5 0 0 10 10",
    "none 1 0 0 1 1",
  ],
  ...[
    "nan nan nan nan nan nan",
    "inf inf inf inf inf inf",
    "😀",
    "é",
    "\ud800",
    "constructor",
    "__proto__",
    "a b c d e",
  ],
];

function hostileCell(random: Random): string {
  const chance = random();
  if (chance < 0.9) return pick(random, ODD_CELLS);
  // The rare and long ones.
  const length = pick(random, [20, 300, 5000]);
  switch (below(random, 5)) {
    case 0:
      return "a".repeat(length * 20);
    case 1:
      return Array.from({ length: length * 4 }, (_, run) => `${3 * run + 1} 2`).join(" ");
    case 2:
      return Array.from({ length }, () => "0 0.5 10 10 20 20").join(" ");
    case 3:
      return `0.${"123456789".repeat(length)}`;
    default:
      return Array.from({ length: length * 4 }, () => String(below(random, 50))).join(" ");
  }
}

/** A column or, with a share below one, some of its cells; a share of one is a single cell. Rarely the first column. */
function changeCells(
  grid: Grid,
  random: Random,
  share: number,
  change: (cell: string, row: number, column: number) => string,
): void {
  const column = random() < 0.15 ? 0 : below(random, grid.header.length);
  const only = below(random, grid.rows.length);
  for (const [index, row] of grid.rows.entries()) {
    if (share === 1 ? index !== only : random() >= share) continue;
    if (column < row.length) row[column] = change(row[column]!, index, column);
  }
}

/** A cell that may fill a column. */
function cut(cell: string, grid: Grid): string {
  return cell.slice(0, Math.ceil(MOST_CHARACTERS / Math.max(1, grid.rows.length)));
}

/** Replaces, drops or doubles one of the pieces between blanks. */
function changePiece(cell: string, random: Random): string {
  const pieces = cell.split(" ");
  const at = below(random, pieces.length);
  switch (below(random, 5)) {
    case 0:
      pieces.splice(at, 1);
      break;
    case 1:
      pieces.splice(at, 0, pieces[at]!);
      break;
    case 2:
      pieces.splice(at, 0, "");
      break;
    case 3:
      pieces[at] = pick(random, pieces);
      break;
    default:
      pieces[at] = hostileCell(random);
  }
  return pieces.join(" ");
}

function moveNumbers(cell: string, random: Random): string {
  return cell.replace(/\d+(\.\d+)?/g, (digits, fraction?: string) => {
    if (random() < 0.5) return digits;
    if (fraction === undefined) return String(Math.max(0, Math.trunc(Number(digits) + below(random, 7) - 3)));
    return String(Number(digits) * (0.5 + random()));
  });
}

function asFloat(cell: string, random: Random): string {
  return /^\d+$/.test(cell) ? `${cell}.0` : String(below(random, 9));
}

function dropColumn(grid: Grid, column: number): void {
  grid.header.splice(column, 1);
  for (const row of grid.rows) row.splice(column, 1);
}

function reorderColumns(grid: Grid, order: readonly number[]): void {
  grid.header = order.map((column) => grid.header[column]!);
  grid.rows = grid.rows.map((row) => order.map((column) => row[column] ?? ""));
}

function insert(text: string, random: Random, piece: string): string {
  const at = below(random, text.length + 1);
  return text.slice(0, at) + piece + text.slice(at);
}

/** Marsaglia's xorshift, enough to choose by. */
function seededRandom(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[below(random, items.length)]!;
}

function shuffled<Item>(random: Random, items: readonly Item[]): Item[] {
  const copy = [...items];
  for (let index = copy.length - 1; index > 0; index--) {
    const other = below(random, index + 1);
    [copy[index], copy[other]] = [copy[other]!, copy[index]!];
  }
  return copy;
}
