import { setTimeout as sleep } from "node:timers/promises";
import {
  type CommandDriver,
  newCommandMark,
  type RunningCommand,
  type TreeSignal,
  UnsupportedUserError,
  wrapCommand,
} from "@mlebench/sandbox-compose";
import { PodUnavailableError } from "../errors.js";
import { bootCommand, bootScript, userRefusal } from "./boot.js";
import type { ExecConnection, ExecStatus, OnData } from "./connection.js";
import type { PodReaper } from "./reaper.js";

const NOT_STARTED_EXIT_CODE = 126;
const FIRST_STDERR_BYTES = 1024;
const STATUS_DELAY_SECONDS = 30;
const LONGEST_PAUSE_MS = 2000;

/** What running commands needs of its sandbox. */
export interface ExecContext {
  readonly sandboxId: string;
  readonly defaultUser: string | undefined;
  readonly reaper: PodReaper;
  /** Waits out an API server that does not answer: nothing runs before the script is sent. */
  open(command: readonly string[], onData: OnData, signal?: AbortSignal): Promise<ExecConnection>;
  whyUnavailable(cause?: unknown): Promise<PodUnavailableError | undefined>;
  abandon(): Promise<PodUnavailableError>;
}

interface RunningExec extends RunningCommand {
  readonly mark: number;
  status(): ExecStatus | undefined;
  firstStderr(): string;
}

/** Runs commands by exec in one container. */
export function execDriver(context: ExecContext): CommandDriver<RunningExec> {
  return {
    newMark: newCommandMark,
    async start(command, mark, { cwd, env, user, input, signal }, onData) {
      // Input that nobody reads makes the servers in between reset the connection, under the last of the output.
      const wrapped = wrapCommand(command, mark, { cwd, countOom: true, drainInput: input !== undefined });
      const script = bootScript(wrapped, {
        env,
        user: user ?? context.defaultUser,
        input: input !== undefined,
      });
      let head = "";
      const take: OnData = (stream, chunk) => {
        if (stream === "stderr" && head.length < FIRST_STDERR_BYTES) head += chunk.toString("utf8");
        onData(stream, chunk);
      };
      const connection = await context.open(bootCommand(script), take, signal);
      let status: ExecStatus | undefined;
      const over = connection.closed.then((end) => {
        status = end;
      });
      const bytes = typeof input === "string" ? Buffer.from(input) : (input ?? Buffer.alloc(0));
      connection.write(Buffer.concat([script, bytes]), () => connection.endInput());
      return {
        over,
        mark: mark.mark,
        ended: () => connection.ended(),
        detach: () => connection.terminate(),
        status: () => status,
        firstStderr: () => head,
      };
    },
    signal: (signal, mark) => signalMarked(context, signal, mark),
    async withoutEnd(running, _output, { user }) {
      const refusal = userRefusal(running.firstStderr());
      if (refusal !== undefined) throw new UnsupportedUserError(user ?? context.defaultUser ?? "", "k8s", refusal);
      const unavailable = await context.whyUnavailable();
      if (unavailable !== undefined) throw unavailable;
      const written = running.status();
      // A success that the command itself did not write is what the API server makes of a lost node.
      const status = written?.exitCode === 0 ? undefined : written;
      // A container that dies takes the wrapper with it, and its pod says so only later; the reaper knows at once.
      await signalMarked(context, status === undefined ? "KILL" : "0", running.mark);
      if (status === undefined) {
        throw new PodUnavailableError(
          context.sandboxId,
          "daemon",
          "the connection to its pod was lost while a command ran; the command was ended.",
        );
      }
      if (status.exitCode !== undefined) return { exitCode: status.exitCode };
      return { exitCode: NOT_STARTED_EXIT_CODE, notStarted: status.message };
    },
    abandon: () => context.abandon(),
  };
}

/**
 * Signals what carries the mark, with another reaper when the first was killed. A container that has ended lets none
 * start, which its pod says only some seconds later.
 */
export async function signalMarked(context: ExecContext, signal: TreeSignal, mark: number): Promise<number> {
  const deadline = performance.now() + STATUS_DELAY_SECONDS * 1000;
  for (let pause = 0; ; pause = Math.min(2 * pause + 100, LONGEST_PAUSE_MS)) {
    try {
      return await context.reaper.signal(signal, mark);
    } catch (error) {
      const isLate = performance.now() > deadline;
      const unavailable = pause === 0 && !isLate ? undefined : await context.whyUnavailable(error);
      if (unavailable !== undefined) throw unavailable;
      if (isLate) {
        throw new PodUnavailableError(
          context.sandboxId,
          "unresponsive",
          "what ends its commands is killed each time.",
          {
            cause: error,
          },
        );
      }
      await sleep(pause);
    }
  }
}
