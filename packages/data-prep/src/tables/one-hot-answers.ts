import { Column, DataFrame, oneHot } from "@mlebench/frame";

/** What {@link oneHotAnswers} takes. */
export interface OneHotAnswersOptions {
  readonly id: string;
  readonly target: string;
  /** The known classes, in the order of their columns. */
  readonly classes: readonly string[];
}

/**
 * Answers as a table of the id and one column per class, 1 in the column of the row's class. As upstream's, a class that
 * is not known gets a column behind the others, with gaps in the rows of other classes; a missing one has the empty name.
 */
export function oneHotAnswers(table: DataFrame, { id, target, classes }: OneHotAnswersOptions): DataFrame {
  const targets = table.column(target);
  const names = Array.from({ length: table.height }, (_, row) => (targets.isMissing(row) ? "" : targets.text(row)));
  const unknown = [...new Set(names)].filter((name) => !classes.includes(name));
  return new DataFrame([
    [id, table.column(id)],
    ...oneHot(Column.object(names), { classes }),
    ...unknown.map((name) => [name, Column.float64(names.map((own) => (own === name ? 1 : Number.NaN)))] as const),
  ]);
}
