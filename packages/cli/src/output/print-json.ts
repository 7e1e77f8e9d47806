import { jsonToStdout } from "./print.js";
/** Prints a result for machines on stdout. */
export function printJson(value: unknown): void {
  jsonToStdout(`${JSON.stringify(value, null, 2)}\n`);
}
