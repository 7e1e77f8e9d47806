import type { EvalErrorInfo } from "@mlebench/eval-log";

/** An error in the log's form: message with its hint, and the stack with its causes. */
export function describeError(error: unknown): EvalErrorInfo {
  const traceback = stackOf(error);
  return { message: messageWithHint(error), traceback, traceback_ansi: traceback };
}

/** One line for people: the message, and the hint where there is one. */
export function messageWithHint(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = (error as { hint?: unknown }).hint;
  if (typeof hint !== "string" || hint === "") return error.message;
  return `${error.message}${/[.!?]\s*$/.test(error.message) ? "" : "."} ${hint}`;
}

function stackOf(error: unknown): string {
  const parts: string[] = [];
  let current = error;
  for (let depth = 0; depth < 5 && current !== undefined; depth += 1) {
    parts.push(current instanceof Error ? (current.stack ?? current.message) : String(current));
    current = current instanceof Error ? current.cause : undefined;
  }
  return parts.join("\nCaused by: ");
}
