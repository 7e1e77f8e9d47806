import { toStderr } from "./print.js";
import { continued, style } from "./style.js";

/** Writes warnings about the call itself to stderr. */
export function printWarnings(warnings: readonly string[]): void {
  for (const warning of warnings) toStderr(`${style.yellow("warning:")} ${continued(warning)}\n`);
}
