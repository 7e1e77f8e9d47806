import type { DataFrame } from "@mlebench/frame";
import type { Placement } from "../files/place-files.js";
import type { OutputDirectory } from "../output-directory.js";
import type { RawDirectory } from "../raw-directory.js";
import { textCells } from "./text-cells.js";

/** Where named files lie and where they go. */
export interface NamedFileFolders {
  readonly from: RawDirectory;
  readonly to: OutputDirectory;
  /** What follows the cell's text in the file's name: `.png`. @default nothing */
  readonly suffix?: string;
}

/** One file per row of a table, named by a column's cell: it goes from one folder to another under its name. */
export function namedFiles(table: DataFrame, column: string, { from, to, suffix = "" }: NamedFileFolders): Placement[] {
  return textCells(table, column).map((cell) => ({ from: from.join(cell + suffix), to: to.join(cell + suffix) }));
}
