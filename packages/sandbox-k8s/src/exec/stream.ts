import { Writable } from "node:stream";
import {
  NOT_STARTED_EXIT_CODE,
  type StreamDriver,
  type StreamedCommand,
  wrapCommand,
} from "@mlebench/sandbox-compose/provider-kit";
import { PodUnavailableError } from "../errors.js";
import type { ExecConnection } from "./connection.js";
import { type ExecContext, markDriver, type RunningExec, startExec } from "./driver.js";

const KILLED_EXIT_CODE = 137;

/** Streams commands by exec in one container. */
export function streamDriver(context: ExecContext): StreamDriver<RunningExec & StreamedCommand> {
  return {
    ...markDriver(context),
    async start(command, mark, options, onOutput) {
      const wrapped = wrapCommand(command, mark, { cwd: options.cwd });
      const { script, ...exec } = await startExec(context, wrapped, mark, { ...options, input: true }, onOutput);
      const { connection } = exec;
      connection.write(script, () => undefined);
      return {
        ...exec,
        stdin: inputOf(connection),
        pause: () => connection.pause(),
        resume: () => connection.resume(),
      };
    },
    async withoutEnd(exec, _options, wasStopped) {
      exec.requireUser();
      await exec.over;
      const status = exec.status();
      // A success that the command itself did not write is what the API server makes of a lost node.
      if (status !== undefined && status.exitCode !== 0) return status.exitCode ?? NOT_STARTED_EXIT_CODE;
      const unavailable = await context.whyUnavailable();
      if (unavailable !== undefined) throw unavailable;
      if (wasStopped) return KILLED_EXIT_CODE;
      throw new PodUnavailableError(context.sandboxId, "daemon", "the connection to its pod was lost.");
    },
  };
}

function inputOf(connection: ExecConnection): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, callback) => connection.write(chunk, callback),
    final(callback) {
      connection.endInput();
      callback();
    },
    destroy(error, callback) {
      connection.endInput();
      callback(error);
    },
  });
}
