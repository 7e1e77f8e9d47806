import { RawDataError } from "../errors.js";

/** What the columns of a raw table have to be. */
export type ColumnRule =
  | { readonly exactly: readonly string[] }
  | { readonly inAnyOrder: readonly string[] }
  | { readonly atLeast: readonly string[] }
  /** Names may differ; `usually` tells the reader what they are in the competition's own file. */
  | { readonly count: number; readonly usually?: readonly string[] };

const MOST_SHOWN = 20;

/**
 * Checks the columns of a raw table where upstream asserts something of them.
 * @param found names in the file's order.
 * @param file the table's name, for the message.
 * @throws RawDataError with the columns that were found and those that are expected.
 */
export function requireColumns(found: readonly string[], file: string, rule: ColumnRule): void {
  if (fits(found, rule)) return;
  const expected = expectedColumns(rule);
  const missing = expected.filter((name) => !found.includes(name));
  const surplus = "atLeast" in rule ? [] : found.filter((name) => expected.length > 0 && !expected.includes(name));
  const details = [
    missing.length > 0 ? ` Missing: ${listed(missing)}.` : "",
    surplus.length > 0 ? ` Not expected: ${listed(surplus)}.` : "",
  ];
  throw new RawDataError(
    `${file} has the ${found.length} columns ${listed(found)}; expected ${describe(rule)}.${details.join("")}`,
    "Use the competition's own file, with its columns as Kaggle serves them.",
  );
}

function fits(found: readonly string[], rule: ColumnRule): boolean {
  if ("count" in rule) return found.length === rule.count;
  if ("atLeast" in rule) return rule.atLeast.every((name) => found.includes(name));
  if ("inAnyOrder" in rule) {
    return found.length === rule.inAnyOrder.length && rule.inAnyOrder.every((name) => found.includes(name));
  }
  return found.length === rule.exactly.length && rule.exactly.every((name, index) => found[index] === name);
}

function expectedColumns(rule: ColumnRule): readonly string[] {
  if ("count" in rule) return rule.usually ?? [];
  if ("atLeast" in rule) return rule.atLeast;
  return "inAnyOrder" in rule ? rule.inAnyOrder : rule.exactly;
}

function describe(rule: ColumnRule): string {
  if ("count" in rule) return `${rule.count}${rule.usually === undefined ? "" : ` (${listed(rule.usually)})`}`;
  if ("atLeast" in rule) return `at least ${listed(rule.atLeast)}`;
  return "inAnyOrder" in rule
    ? `${listed(rule.inAnyOrder)} in any order`
    : `${listed(rule.exactly)}, in this order and no others`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_SHOWN).join(", ");
  return names.length > MOST_SHOWN ? `${shown} and ${names.length - MOST_SHOWN} more` : shown || "(none)";
}
