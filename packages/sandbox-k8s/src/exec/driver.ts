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

/** What running commands needs of its sandbox. */
export interface ExecContext {
  readonly sandboxId: string;
  readonly defaultUser: string | undefined;
  readonly reaper: PodReaper;
  open(command: readonly string[], onData: OnData): Promise<ExecConnection>;
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
    async start(command, mark, { cwd, env, user, input }, onData) {
      const script = bootScript(wrapCommand(command, mark, { cwd, countOom: true }), {
        env,
        user: user ?? context.defaultUser,
        input: input !== undefined,
      });
      let head = "";
      const connection = await startExec(context, bootCommand(script), (stream, chunk) => {
        if (stream === "stderr" && head.length < FIRST_STDERR_BYTES) head += chunk.toString("utf8");
        onData(stream, chunk);
      });
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
      const status = running.status();
      if (status === undefined) {
        await signalMarked(context, "KILL", running.mark).catch(() => 0);
        throw new PodUnavailableError(
          context.sandboxId,
          "daemon",
          "the connection to the API server was lost while a command ran; the command was ended.",
        );
      }
      if (status.exitCode !== undefined) return { exitCode: status.exitCode };
      return { exitCode: NOT_STARTED_EXIT_CODE, notStarted: status.message };
    },
    abandon: () => context.abandon(),
  };
}

/** Opens an exec; a pod that is gone becomes the error that says why. */
export async function startExec(
  context: ExecContext,
  command: readonly string[],
  onData: OnData,
): Promise<ExecConnection> {
  try {
    return await context.open(command, onData);
  } catch (error) {
    throw (await context.whyUnavailable(error)) ?? error;
  }
}

/** Signals what carries the mark, with one more reaper when the first was killed. */
export async function signalMarked(context: ExecContext, signal: TreeSignal, mark: number): Promise<number> {
  try {
    return await context.reaper.signal(signal, mark);
  } catch {
    try {
      return await context.reaper.signal(signal, mark);
    } catch (error) {
      throw (await context.whyUnavailable(error)) ?? error;
    }
  }
}
