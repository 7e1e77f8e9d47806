import { messageOf } from "@mlebench/base";
import { measure, type RunContext } from "./run-context.js";
import type { ReactSandbox } from "./sandbox.js";

/** The sandbox as a tool sees it: each command is reported, and its wait in a queue is not counted as work. */
export function observedSandbox(sandbox: ReactSandbox, callId: string, run: RunContext): ReactSandbox {
  return {
    async exec(command, options = {}) {
      const timing = measure(run);
      const { timeoutSeconds, user, cwd, input } = options;
      const base = {
        type: "sandbox-exec",
        callId,
        command: [...command],
        options: { timeoutSeconds, user, cwd, input },
      } as const;
      try {
        const result = await sandbox.exec(command, options);
        if (result.waitedSeconds !== undefined) run.stopwatch.addWaited(result.waitedSeconds);
        const { startedAt, completedAt } = timing();
        run.emit({
          ...base,
          exitCode: result.exitCode,
          stdout: result.stdout,
          stderr: result.stderr,
          timedOut: result.timedOut === true,
          outOfMemory: result.outOfMemory === true,
          startedAt,
          completedAt,
        });
        return result;
      } catch (error) {
        const { startedAt, completedAt } = timing();
        run.emit({
          ...base,
          stdout: "",
          stderr: "",
          timedOut: false,
          outOfMemory: false,
          error: messageOf(error),
          startedAt,
          completedAt,
        });
        throw error;
      }
    },
  };
}
