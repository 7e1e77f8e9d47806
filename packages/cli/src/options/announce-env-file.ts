import { toStderr } from "../output/print.js";
import { printWarnings } from "../output/print-warnings.js";
import { style } from "../output/style.js";
import type { EnvFile } from "./load-env-file.js";

/** Says once on stderr which file chose settings, which of them, and what of it was not taken. */
export function announceEnvFile(file: EnvFile | undefined): void {
  if (file === undefined) return;
  if (file.names.size > 0) toStderr(`${style.dim(`Taken from ${file.path}: ${[...file.names].join(", ")}`)}\n`);
  printWarnings(file.warnings);
}
