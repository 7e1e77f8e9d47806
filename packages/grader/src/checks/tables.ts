import { type Cell, type Column, cellKey, type DataFrame } from "@mlebench/frame";
import { InvalidSubmissionError } from "../errors.js";
import { quoted } from "../quoted.js";
import { shownCell } from "./shown-cell.js";

/** The columns of a table must include these, checked in the order given; others do not matter. */
export function requireColumns(submission: DataFrame, ...names: readonly string[]): void {
  for (const name of names) {
    if (submission.has(name)) continue;
    const found = submission.columns.length === 0 ? "it has no columns" : `it has ${quoteList(submission.columns)}`;
    throw new InvalidSubmissionError(`The submission must have a column ${JSON.stringify(name)}; ${found}.`);
  }
}

/** The columns of a table must be exactly these, in any order. */
export function requireExactColumns(submission: DataFrame, names: readonly string[]): void {
  requireColumns(submission, ...names);
  const extra = submission.columns.filter((name) => !names.includes(name));
  if (extra.length === 0) return;
  throw new InvalidSubmissionError(
    `The submission must have the columns ${quoteList(names)} and no other; it also has ${quoteList(extra)}.`,
  );
}

/** Submission and answers must have the same number of rows. */
export function requireSameHeight(submission: DataFrame, answers: DataFrame): void {
  if (submission.height === answers.height) return;
  throw new InvalidSubmissionError(
    `The submission must have ${answers.height} rows, as the answers; it has ${submission.height}.`,
  );
}

/** Both tables in the same order of rows. */
export interface AlignedTables {
  readonly submission: DataFrame;
  readonly answers: DataFrame;
}

/**
 * Both tables sorted by their id, as pandas' `sort_values`: its default sort is not stable, so that rows with equal ids
 * are paired as numpy leaves them.
 */
export function sortById(submission: DataFrame, answers: DataFrame, id: string): AlignedTables {
  requireColumns(submission, id);
  return { submission: submission.sort(id), answers: answers.sort(id) };
}

/**
 * Both tables sorted by their id; the ids must be equal row by row. Numbers compare by value (`3.0` equals 3), text
 * never equals a number, a missing id equals nothing.
 */
export function alignById(submission: DataFrame, answers: DataFrame, id: string): AlignedTables {
  const sorted = sortById(submission, answers, id);
  requireSameHeight(sorted.submission, sorted.answers);
  const found = sorted.submission.column(id);
  const expected = sorted.answers.column(id);
  const row = firstUnequal(expected, found);
  if (row === undefined) return sorted;
  throw new InvalidSubmissionError(
    `The values of ${JSON.stringify(id)} must be those of the test set, each as often as there; ` +
      `sorted, row ${row + 1} has ${shownCell(found, row)} where ${shownCell(expected, row)} is expected.`,
  );
}

/** Both tables must have the same set of ids; how often each occurs does not matter. A missing id equals nothing. */
export function requireSameIds(submission: DataFrame, answers: DataFrame, id: string): void {
  requireColumns(submission, id);
  const found = submission.column(id);
  const expected = answers.column(id);
  // Most submissions repeat the ids as they are, and millions of them fit no Set.
  const isSameKind = found.kind === expected.kind && found.length === expected.length;
  if (isSameKind && firstUnequal(expected, found) === undefined) return;
  const unknown = firstOutside(found, expected);
  if (unknown !== undefined) {
    throw new InvalidSubmissionError(
      `The values of ${JSON.stringify(id)} must be those of the test set; ${shownCell(found, unknown)} in row ${unknown + 1} is not.`,
    );
  }
  const missing = firstOutside(expected, found);
  if (missing !== undefined) {
    throw new InvalidSubmissionError(`The submission lacks ${JSON.stringify(id)} ${shownCell(expected, missing)}.`);
  }
}

/**
 * First row in which two columns of equal length differ, as numpy's `==` sees it; undefined when none does.
 * Integers beside floats are compared as doubles; missing values differ from everything.
 */
export function firstUnequal(a: Column, b: Column): number | undefined {
  if (a.data instanceof Float64Array && b.data instanceof Float64Array) return firstUnequalDouble(a.data, b.data);
  const asDoubles = a.isNumeric && b.isNumeric && (a.kind === "float64" || b.kind === "float64");
  for (let row = 0; row < a.length; row++) {
    const left = a.get(row);
    const right = b.get(row);
    if (left === null || right === null) return row;
    const equal = asDoubles ? Number(left) === Number(right) : cellKey(left) === cellKey(right);
    if (!equal) return row;
  }
  return undefined;
}

function firstUnequalDouble(a: Float64Array, b: Float64Array): number | undefined {
  // NaN differs from itself, as wanted.
  for (let row = 0; row < a.length; row++) if (a[row] !== b[row]) return row;
  return undefined;
}

/** First row of a column whose cell is not among the others, or missing. */
function firstOutside(column: Column, others: Column): number | undefined {
  if (column.data instanceof Float64Array && others.data instanceof Float64Array) {
    return firstOutsideDoubles(column.data, others.data.slice().sort());
  }
  const known = new Set<Cell>();
  for (let row = 0; row < others.length; row++) known.add(cellKey(others.get(row)));
  for (let row = 0; row < column.length; row++) {
    const cell = column.get(row);
    if (cell === null || !known.has(cellKey(cell))) return row;
  }
  return undefined;
}

function firstOutsideDoubles(values: Float64Array, sorted: Float64Array): number | undefined {
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    if (sorted[low] !== value) return row;
  }
  return undefined;
}

function quoteList(names: readonly string[]): string {
  const shownNames = names.slice(0, 12).map(quoted);
  return shownNames.join(", ") + (names.length > 12 ? `, ... (${names.length} in all)` : "");
}
