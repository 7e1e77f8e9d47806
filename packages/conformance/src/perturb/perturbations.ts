type Rows = readonly (readonly string[])[];
/** Makes a text of rows; lines end in LF unless told otherwise. */
type Join = (rows: Rows, lineEnd?: string) => string;
/** A table with its header changed into the text of another one. */
type Perturbation = (rows: Rows, join: Join) => string;

const INTEGER = /^-?\d+$/;
const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
/** Around the ends of 8, 16, 32 and 53 bits. */
const WIDE = ["128", "300", "-129", "32768", "70000", "2147483648", "-2147483649", "4294967297", "9007199254740993"];
const HUGE = ["9223372036854775807", "-9223372036854775808"];

/** What is done to a raw table; the raw data stay otherwise as they are. */
export const PERTURBATIONS: Readonly<Record<string, Perturbation>> = {
  "columns reversed": (rows, join) => join(rows.map((row) => row.toReversed())),
  "first column last": (rows, join) => join(rows.map(([first, ...others]) => [...others, first!])),
  "extra text column": (rows, join) => join(rows.map((row, at) => [...row, at === 0 ? "extra" : `note ${at % 5}`])),
  "extra number column": (rows, join) =>
    join(rows.map(([first, ...others], at) => [first!, at === 0 ? "extra" : `${at % 7}.10e-07`, ...others])),
  "last column missing": (rows, join) => join(rows.map((row) => row.slice(0, -1))),
  "last column renamed": (rows, join) =>
    join(
      inBody(
        rows,
        (row) => row,
        (names) => [...names.slice(0, -1), "other"],
      ),
    ),
  "rows three times": ([header, ...body], join) => join([header!, ...body.flatMap((row) => [row, row, row])]),
  "first row again": (rows, join) => join([...rows, rows[1]!]),
  "some rows again": ([header, ...body], join) => join([header!, ...body, ...body.filter((_, at) => at % 10 === 3)]),
  "rows reversed": ([header, ...body], join) => join([header!, ...body.reverse()]),
  "half of the rows": ([header, ...body], join) => join([header!, ...body.slice(0, Math.ceil(body.length / 2))]),
  "no rows": ([header], join) => join([header!]),
  "CR LF": (rows, join) => join(rows, "\r\n"),
  BOM: (rows, join) => `\uFEFF${join(rows)}`,
  "blank lines": (rows, join) => join(rows.flatMap((row, at) => (at % 4 === 0 ? [row, []] : [row]))),
  "no last line end": (rows, join) => join(rows).slice(0, -1),
  "all quoted": (rows, join) => join(rows.map((row) => row.map((cell) => (cell.startsWith('"') ? cell : `"${cell}"`)))),
  "wide integers": (rows, join) => join(inBody(rows, (row, at) => row.map(everyFifth(at, WIDE)))),
  "huge integers": (rows, join) => join(inBody(rows, (row, at) => row.map(everyFifth(at, HUGE)))),
  "integers as floats": (rows, join) =>
    join(inBody(rows, (row) => row.map((cell) => (INTEGER.test(cell) ? `${cell}.0` : cell)))),
  "numbers in the first column": (rows, join) =>
    join(inBody(rows, ([, ...others], at) => [String(1000 - at), ...others])),
  holes: (rows, join) =>
    join(inBody(rows, (row, at) => row.map((cell, place) => (place > 0 && (at + place) % 7 === 0 ? "" : cell)))),
  "holes in the first column": (rows, join) =>
    join(inBody(rows, ([first, ...others], at) => [at % 9 === 4 ? "" : first!, ...others])),
  "odd words": (rows, join) =>
    join(
      inBody(rows, (row, at) =>
        row.map((cell, place) => (place > 0 && !NUMBER.test(cell) && (at + place) % 9 === 0 ? "odd" : cell)),
      ),
    ),
};

function inBody(
  [header, ...body]: Rows,
  change: (row: readonly string[], at: number) => readonly string[],
  rename: (names: readonly string[]) => readonly string[] = (names) => names,
): Rows {
  return [rename(header!), ...body.map(change)];
}

/** Puts one of the values in place of every fifth integer. */
function everyFifth(row: number, values: readonly string[]): (cell: string, place: number) => string {
  return (cell, place) =>
    INTEGER.test(cell) && (row + place) % 5 === 0 ? values[(row * 3 + place) % values.length]! : cell;
}
