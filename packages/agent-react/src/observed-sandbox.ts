import { messageOf } from "@mlebench/base";
import { measure, type RunContext } from "./run-context.js";
import type { ReactExecResult, ReactSandbox } from "./sandbox.js";

/** The sandbox as a tool sees it: each command is reported, and its wait in a queue is not counted as work. */
export function observedSandbox(sandbox: ReactSandbox, callId: string, run: RunContext): ReactSandbox {
  return {
    async exec(command, options = {}) {
      const timing = measure(run);
      const { timeoutSeconds, user, cwd, input } = options;
      const ended = (result?: ReactExecResult, error?: string) => {
        const { startedAt, completedAt } = timing();
        run.emit({
          type: "sandbox-exec",
          callId,
          command: [...command],
          options: { timeoutSeconds, user, cwd, input },
          exitCode: result?.exitCode,
          stdout: result?.stdout ?? "",
          stderr: result?.stderr ?? "",
          timedOut: result?.timedOut === true,
          outOfMemory: result?.outOfMemory === true,
          error,
          startedAt,
          completedAt,
        });
      };
      let result: ReactExecResult;
      try {
        result = await sandbox.exec(command, options);
      } catch (error) {
        ended(undefined, messageOf(error));
        throw error;
      }
      if (result.waitedSeconds !== undefined) run.stopwatch.addWaited(result.waitedSeconds);
      ended(result);
      return result;
    },
  };
}
