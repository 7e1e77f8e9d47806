import { stat } from "node:fs/promises";
import { EvalLogError } from "./errors.js";

/**
 * Refuses what is no file before it is opened, because opening a pipe waits for whoever writes to it.
 * @throws EvalLogError `EVAL_LOG_NOT_FOUND` when nothing is there, `EVAL_LOG_NOT_A_LOG` for a folder, pipe or device.
 */
export async function requireRegularFile(path: string): Promise<void> {
  const status = await stat(path).catch((cause: unknown) => {
    throw new EvalLogError({
      code: "EVAL_LOG_NOT_FOUND",
      message: `${path} cannot be opened.`,
      hint: "Check the path; `mlebench log list` shows the logs of a directory.",
      cause,
    });
  });
  if (status.isFile()) return;
  throw new EvalLogError({
    code: "EVAL_LOG_NOT_A_LOG",
    message: `${path} is ${status.isDirectory() ? "a folder" : "no regular file"}.`,
    hint: "Give one log; `mlebench log list --log-dir DIR` shows those of a folder.",
  });
}
