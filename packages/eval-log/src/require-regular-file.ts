import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { EvalLogError } from "./errors.js";

/**
 * Refuses what is no file before it is opened, because opening a pipe waits for whoever writes to it.
 * @throws EvalLogError `EVAL_LOG_NOT_FOUND` when nothing is there, `EVAL_LOG_NOT_A_LOG` for a folder, pipe or device.
 */
export async function requireRegularFile(path: string): Promise<void> {
  const status = await stat(path).catch((cause: unknown) => {
    throw logNotFound(path, "opened", cause);
  });
  if (status.isFile()) return;
  throw new EvalLogError({
    code: "EVAL_LOG_NOT_A_LOG",
    message: `${path} is ${status.isDirectory() ? "a folder" : "no regular file"}.`,
    hint: "Give one log; `mlebench log list --log-dir DIR` shows those of a folder.",
  });
}

/** What to throw when a log cannot be opened or read. */
export function logNotFound(path: string, verb: "opened" | "read", cause: unknown): EvalLogError {
  return new EvalLogError({
    code: "EVAL_LOG_NOT_FOUND",
    message: `${path} cannot be ${verb}.`,
    hint: "Check the path; `mlebench log list` shows the logs of a directory.",
    cause,
  });
}

/** @throws EvalLogError `EVAL_LOG_EXISTS` */
export function requireNothingThere(path: string, hint: string): void {
  if (existsSync(path)) throw new EvalLogError({ code: "EVAL_LOG_EXISTS", message: `${path} exists already.`, hint });
}
