import { type Cell, type Column, cellKey } from "@mlebench/frame";

/** Pairs of rows that share their id. */
export interface JoinedRows {
  readonly answerRows: Uint32Array;
  readonly submissionRows: Uint32Array;
}

/**
 * Inner join of answers and submission, as pandas' `merge`: in the order of the answers, for each of their rows all
 * submission rows with that id in their order, so an id that was submitted twice counts twice.
 */
export function joinRows(answers: Column, submission: Column): JoinedRows {
  const rowsById = new Map<Cell, number[]>();
  for (let row = 0; row < submission.length; row++) {
    const key = cellKey(submission.get(row));
    const rows = rowsById.get(key);
    if (rows) rows.push(row);
    else rowsById.set(key, [row]);
  }
  const answerRows: number[] = [];
  const submissionRows: number[] = [];
  for (let answerRow = 0; answerRow < answers.length; answerRow++) {
    for (const row of rowsById.get(cellKey(answers.get(answerRow))) ?? []) {
      answerRows.push(answerRow);
      submissionRows.push(row);
    }
  }
  return { answerRows: Uint32Array.from(answerRows), submissionRows: Uint32Array.from(submissionRows) };
}
