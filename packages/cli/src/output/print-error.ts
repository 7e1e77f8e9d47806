import { toStderr } from "./print.js";
import { continued, style } from "./style.js";

/**
 * Prints an error as `error: what` and `hint: what to do`, without a stack.
 * @param verbose prints the stack and the causes too (`--log-level debug`).
 */
export function printError(error: unknown, { verbose = false }: { verbose?: boolean } = {}): void {
  const message = error instanceof Error ? error.message : String(error);
  toStderr(`${style.red("error:")} ${continued(message)}\n`);
  const hint = (error as { hint?: unknown } | null)?.hint;
  if (typeof hint === "string" && hint !== "") toStderr(`${style.cyan("hint:")} ${continued(hint)}\n`);
  if (!verbose) return;
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth += 1) {
    toStderr(`${depth === 0 ? "" : "caused by: "}${continued(cause.stack ?? cause.message)}\n`);
  }
}
