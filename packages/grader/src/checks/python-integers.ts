import { type Column, parsePyInt } from "@mlebench/frame";
import { InvalidSubmissionError } from "../errors.js";
import { shownCell } from "./shown-cell.js";

const LARGEST_SIGNED = 2n ** 63n - 1n;
const LARGEST_UNSIGNED = 2n ** 64n - 1n;

/**
 * Every cell through Python's `int()` and into 64 bits: floats are cut toward zero, True is 1, text must be an integer
 * literal (blanks around, a sign and underscores between digits allowed). Missing and infinite values are refused.
 * Integers above 2^63-1 are taken only when all are: numpy makes doubles of a mixture, which upstream then refuses.
 * @returns exact values, comparable with `===`: number where safe, else bigint.
 */
export function pythonIntegers(column: Column, name: string): (number | bigint)[] {
  const values = Array.from({ length: column.length }, (_, row) => toInteger(column, row));
  if (values.every((value): value is bigint => isBetween(value, LARGEST_SIGNED + 1n, LARGEST_UNSIGNED))) return values;
  return values.map((value, row) => {
    if (isBetween(value, -LARGEST_SIGNED - 1n, LARGEST_SIGNED)) {
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    }
    throw new InvalidSubmissionError(
      `The column ${JSON.stringify(name)} must hold whole numbers of 64 bits; row ${row + 1} has ${shownCell(column, row)}.`,
    );
  });
}

function isBetween(value: bigint | undefined, least: bigint, most: bigint): value is bigint {
  return value !== undefined && value >= least && value <= most;
}

function toInteger(column: Column, row: number): bigint | undefined {
  const cell = column.get(row);
  switch (typeof cell) {
    case "bigint":
      return cell;
    case "boolean":
      return cell ? 1n : 0n;
    case "number":
      return Number.isFinite(cell) ? BigInt(Math.trunc(cell)) : undefined;
    case "string":
      return parsePyInt(cell);
    default:
      return undefined;
  }
}
