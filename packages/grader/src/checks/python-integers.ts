import { type Column, parsePyInt } from "@mlebench/frame";
import { InvalidSubmissionError } from "../errors.js";
import { shownCell } from "./shown-cell.js";

const LARGEST = 2n ** 63n - 1n;

/**
 * Every cell through Python's `int()` and into 64 bits: floats are cut toward zero, True is 1, text must be an integer
 * literal (blanks around, a sign and underscores between digits allowed). Missing and infinite values are refused.
 * @returns exact values, comparable with `===`: number where safe, else bigint.
 */
export function pythonIntegers(column: Column, name: string): (number | bigint)[] {
  return Array.from({ length: column.length }, (_, row) => {
    const value = toInteger(column, row);
    if (value !== undefined && value <= LARGEST && value >= -LARGEST - 1n) {
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    }
    throw new InvalidSubmissionError(
      `The column ${JSON.stringify(name)} must hold whole numbers of 64 bits; row ${row + 1} has ${shownCell(column, row)}.`,
    );
  });
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
