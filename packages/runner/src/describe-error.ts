import { messageOf } from "@mlebench/base";
import type { EvalErrorInfo } from "@mlebench/eval-log";

/** An error in the log's form: message with its hint, and the stack with its causes. */
export function describeError(error: unknown): EvalErrorInfo {
  const traceback = stackOf(error);
  return { message: messageWithHint(error), traceback, traceback_ansi: traceback };
}

/** One line for people: the message, and the hint where there is one. */
export function messageWithHint(error: unknown): string {
  const message = messageOf(error);
  const hint = hintOf(error);
  return hint === undefined ? message : `${message}${/[.!?]\s*$/.test(message) ? "" : "."} ${hint}`;
}

/** What an error says is to be done, also when it is an error of a plug-in; undefined when it says nothing. */
export function hintOf(error: unknown): string | undefined {
  const hint: unknown = error instanceof Error ? Reflect.get(error, "hint") : undefined;
  return typeof hint === "string" && hint !== "" ? hint : undefined;
}

/** The stacks of an error and of its causes. */
export function stackOf(error: unknown): string {
  const parts: string[] = [];
  let current = error;
  for (let depth = 0; depth < 5 && current !== undefined; depth += 1) {
    parts.push(current instanceof Error ? (current.stack ?? current.message) : String(current));
    current = current instanceof Error ? current.cause : undefined;
  }
  return parts.join("\nCaused by: ");
}
