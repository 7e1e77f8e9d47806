import { type Grid, parseCsv, stringifyCsv } from "../csv-grid.js";
import type { Answers } from "./reason-sources.js";

/**
 * How other answers differ from the true ones: `permuted` gives the labels of one row to another; `replaced` gives each
 * row another label that occurs, so that no row keeps its own.
 */
export type Difference = "permuted" | "replaced";

/** Answers that are as sound as the given ones, for the same ids, and say something else. */
export function otherAnswers(text: string, answers: Answers, how: Difference, random: () => number): string {
  if (answers.format === "jsonl") return otherLines(text, answers.labels, how, random);
  const grid = parseCsv(text);
  const isKept = grid.header.map((name) => answers.kept.includes(name));
  const lacking = answers.kept.filter((name) => !grid.header.includes(name));
  if (lacking.length > 0) throw new Error(`The answers have no columns ${lacking.join(", ")}.`);
  const labels = grid.rows.map((row) => JSON.stringify(row.filter((_, column) => !isKept[column])));
  const others = answers.isOrder
    ? labels.map((label) => (JSON.parse(label) as string[]).map((cell) => otherOrder(cell, how, random)))
    : otherLabels(labels, how, random).map((label) => JSON.parse(label) as string[]);
  const rows = grid.rows.map((row, index) => {
    const own = [...others[index]!];
    return row.map((cell, column) => (isKept[column] ? cell : (own.shift() ?? "")));
  });
  return stringifyCsv({ header: grid.header, rows });
}

/** The answers of other ids of the sample submission, where the answers have only some of them. */
export function answersOfOtherIds(text: string, sample: Grid, random: () => number): string {
  const grid = parseCsv(text);
  const known = new Set(grid.rows.map(([id]) => id!));
  const others = sample.rows.map(([id]) => id!).filter((id) => !known.has(id));
  const chosen = shuffled([...others, ...shuffled([...known], random)].slice(0, grid.rows.length), random).sort();
  return stringifyCsv({ header: grid.header, rows: grid.rows.map(([, ...label], row) => [chosen[row]!, ...label]) });
}

function otherLines(text: string, labels: readonly string[], how: Difference, random: () => number): string {
  const documents = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const own = documents.map((document) => JSON.stringify(labels.map((name) => document[name])));
  const others = otherLabels(own, how, random).map((label) => JSON.parse(label) as unknown[]);
  return documents
    .map((document, index) => ({
      ...document,
      ...Object.fromEntries(labels.map((name, at) => [name, others[index]![at]])),
    }))
    .map((document) => `${JSON.stringify(document)}\n`)
    .join("");
}

function otherLabels(labels: readonly string[], how: Difference, random: () => number): string[] {
  if (how === "permuted") return shuffled(labels, random);
  const kinds = [...new Set(labels)];
  if (kinds.length === 1) return labels.map(shortened);
  const next = new Map(kinds.map((kind, index) => [kind, kinds[(index + 1) % kinds.length]!]));
  return labels.map((label) => next.get(label)!);
}

function otherOrder(cell: string, how: Difference, random: () => number): string {
  const parts = cell.split(" ");
  return (how === "permuted" ? shuffled(parts, random) : parts.reverse()).join(" ");
}

/** For the one mask of an only row: its last run less. */
function shortened(label: string): string {
  return label.replace(/ \d+ \d+(?=")/, "");
}

/** Fisher and Yates. */
export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const copy = [...items];
  for (let index = copy.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [copy[index], copy[other]] = [copy[other]!, copy[index]!];
  }
  return copy;
}
