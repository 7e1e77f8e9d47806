import { logLoss } from "../metrics/log-loss.js";
import type { AlignedTables } from "./tables.js";

/** Log loss of aligned tables that hold one column per class; the true class is the column with a 1 in the answers. */
export function oneHotLogLoss({ answers, submission }: AlignedTables, classes: readonly string[]): number {
  const truth = classes.map((name) => answers.column(name).numbers());
  const trueClass = Int32Array.from({ length: answers.height }, (_, row) =>
    truth.findIndex((column) => column[row] === 1),
  );
  return logLoss(
    trueClass,
    classes.map((name) => submission.column(name).numbers()),
  );
}
