import pc from "picocolors";

/** Writes warnings about the call itself to stderr. */
export function printWarnings(warnings: readonly string[]): void {
  for (const warning of warnings) process.stderr.write(`${pc.yellow("warning:")} ${warning}\n`);
}
