import pc from "picocolors";

/**
 * Prints an error as `error: what` and `hint: what to do`, without a stack.
 * @param verbose prints the stack and the causes too (`--log-level debug`).
 */
export function printError(error: unknown, { verbose = false }: { verbose?: boolean } = {}): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${pc.red("error:")} ${printable(message)}\n`);
  const hint = (error as { hint?: unknown } | null)?.hint;
  if (typeof hint === "string" && hint !== "") process.stderr.write(`${pc.cyan("hint:")} ${printable(hint)}\n`);
  if (!verbose) return;
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth += 1) {
    process.stderr.write(`${depth === 0 ? "" : "caused by: "}${cause.stack ?? cause.message}\n`);
  }
}

/** What a file, a server or a sandbox says may hold codes that would steer the terminal. */
function printable(text: string): string {
  return text.replace(
    /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g,
    (code) => `\\x${code.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
