import { type Cell, cellKey, type ReadCsvOptions, readCsvChunks, scanCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { canRepeat } from "./require-distinct.js";

/** Which rows of a table are test, and how to read it. */
export interface DisjointRowsOptions {
  readonly isTest: ArrayLike<number>;
  /** The raw table's name, for the message. */
  readonly file: string;
  readonly read?: ReadCsvOptions;
  readonly signal?: AbortSignal;
}

/**
 * Checks that train and test rows of a table that does not fit into memory share no value of a column. Only the values of
 * the test rows are held.
 * @throws RawDataError with the value and its rows.
 */
export async function requireDisjointRows(
  path: string,
  column: string,
  { isTest, file, read, signal }: DisjointRowsOptions,
): Promise<void> {
  const scan = await scanCsv(path, { ...read, columns: [column] });
  const hidden = new Map<Cell, number>();
  for (const part of [1, 0]) {
    let row = 0;
    for await (const chunk of readCsvChunks(scan)) {
      signal?.throwIfAborted();
      const cells = chunk.column(column);
      for (let index = 0; index < chunk.height; index++, row++) {
        if (isTest[row] !== part || !canRepeat(cells, index)) continue;
        const key = cellKey(cells.get(index));
        const other = hidden.get(key);
        if (part === 1) hidden.set(key, row);
        else if (other !== undefined) {
          throw new RawDataError(
            `${file} repeats ${column} ${JSON.stringify(cells.text(index))} so that it is in the train and in the test part: row ${row + 1} and row ${other + 1}.`,
            "Use the competition's own file; rows that were added or repeated cannot be prepared as upstream does.",
          );
        }
      }
    }
  }
}
