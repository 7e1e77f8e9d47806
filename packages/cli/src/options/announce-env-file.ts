import pc from "picocolors";
import { printWarnings } from "../output/print-warnings.js";
import type { EnvFile } from "./load-env-file.js";

/** Says once on stderr which file chose settings, which of them, and what of it was not taken. */
export function announceEnvFile(file: EnvFile | undefined): void {
  if (file === undefined) return;
  if (file.names.size > 0)
    process.stderr.write(`${pc.dim(`Taken from ${file.path}: ${[...file.names].join(", ")}`)}\n`);
  printWarnings(file.warnings);
}
