import { EvalLogError, type LogKey, openLogKey } from "@mlebench/eval-log";
import { messageWithHint } from "../describe-error.js";

/**
 * The key that logs are sealed with, made on first use. Where it cannot be made, logs are written without seals.
 * @param warn is told why.
 * @throws EvalLogError `EVAL_LOG_KEY` when the user named a key that cannot be used.
 */
export async function sealingKey(warn: (message: string) => void): Promise<LogKey | undefined> {
  try {
    return await openLogKey();
  } catch (error) {
    if (!EvalLogError.is(error) || error.kind === "usage") throw error;
    warn(`The log is not sealed. ${messageWithHint(error)}`);
    return undefined;
  }
}
