import type { JsonObject } from "../py-json/json-object.js";
import { PyFloat, type PyJson, pyFloat } from "../py-json/parse-py-json.js";

/**
 * Records as they come out of a pandas table: all have the union of the fields, in order of first appearance. A field
 * that is missing in some record, or null among numbers, makes its whole column floating point, with NaN in the gap;
 * in a column of text or booleans a missing field becomes NaN and a null stays null.
 */
export function recordTable(records: readonly JsonObject[]): JsonObject[] {
  const names = [...new Set(records.flatMap((record) => record.keys()))];
  const columns = new Map(names.map((name) => [name, column(records, name)] as const));
  return records.map((record, row) =>
    names.reduce((result, name) => result.set(name, columns.get(name)![row]!), record.pick([])),
  );
}

function column(records: readonly JsonObject[], name: string): PyJson[] {
  const cells = records.map((record) => record.get(name));
  const present = cells.filter((cell) => cell !== undefined && cell !== null);
  const areNumbers = present.every(isNumber);
  const hasGap = present.length < cells.length;
  const becomesFloat = areNumbers && present.length > 0 && (hasGap || present.some(isFloat));
  return cells.map((cell) => {
    if (cell === undefined) return new PyFloat(Number.NaN);
    if (cell === null) return becomesFloat ? new PyFloat(Number.NaN) : null;
    return becomesFloat ? pyFloat(cell instanceof PyFloat ? cell.value : Number(cell)) : cell;
  });
}

function isNumber(cell: PyJson | undefined): boolean {
  return typeof cell === "number" || typeof cell === "bigint" || cell instanceof PyFloat;
}

function isFloat(cell: PyJson | undefined): boolean {
  return cell instanceof PyFloat || (typeof cell === "number" && !Number.isInteger(cell));
}
