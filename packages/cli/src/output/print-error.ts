import pc from "picocolors";

/**
 * Prints an error as `error: what` and `hint: what to do`, without a stack.
 * @param verbose prints the stack and the causes too (`--log-level debug`).
 */
export function printError(error: unknown, { verbose = false }: { verbose?: boolean } = {}): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${pc.red("error:")} ${message}\n`);
  const hint = (error as { hint?: unknown } | null)?.hint;
  if (typeof hint === "string" && hint !== "") process.stderr.write(`${pc.cyan("hint:")} ${hint}\n`);
  if (!verbose) return;
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth += 1) {
    process.stderr.write(`${depth === 0 ? "" : "caused by: "}${cause.stack ?? cause.message}\n`);
  }
}
