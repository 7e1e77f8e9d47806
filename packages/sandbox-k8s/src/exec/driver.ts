import { Writable } from "node:stream";
import { sleep } from "@mlebench/base";
import { blame, type SandboxUnavailableError, UnsupportedUserError } from "@mlebench/sandbox-compose";
import {
  type CommandDriver,
  type CommandMark,
  type MarkDriver,
  NOT_STARTED_EXIT_CODE,
  newCommandMark,
  type OnOutput,
  type RunningCommand,
  type StreamDriver,
  type StreamedCommand,
  type TreeSignal,
  wrapCommand,
} from "@mlebench/sandbox-compose/provider-kit";
import { PodUnavailableError } from "../errors.js";
import { type BootOptions, bootCommand, bootScript, userRefusal } from "./boot-script.js";
import type { ExecConnection, ExecStatus } from "./connection.js";
import type { PodReaper } from "./reaper.js";

const FIRST_STDERR_CHARS = 1024;
const STATUS_DELAY_SECONDS = 30;
const LONGEST_PAUSE_MS = 2000;
const KILLED_EXIT_CODE = 137;

/** What running commands needs of its sandbox. */
export interface ExecContext {
  readonly sandboxId: string;
  readonly defaultUser: string | undefined;
  readonly reaper: PodReaper;
  /** Waits out an API server that does not answer: nothing runs before the script is sent. */
  open(command: readonly string[], onOutput: OnOutput, signal?: AbortSignal): Promise<ExecConnection>;
  whyUnavailable(cause?: unknown): Promise<SandboxUnavailableError | undefined>;
  abandon(): Promise<SandboxUnavailableError>;
}

/** An exec that was opened. */
export interface RunningExec extends RunningCommand {
  readonly mark: number;
  readonly connection: ExecConnection;
  status(): ExecStatus | undefined;
  /** @throws UnsupportedUserError when the script refused to become the user */
  requireUser(): void;
}

interface StartExecOptions extends BootOptions {
  readonly signal?: AbortSignal;
}

/** Opens an exec that waits for its script, which the caller writes. */
async function startExec(
  context: ExecContext,
  wrapped: readonly string[],
  mark: CommandMark,
  { env, user = context.defaultUser, input, signal }: StartExecOptions,
  onOutput: OnOutput,
): Promise<RunningExec & { readonly script: Buffer }> {
  const script = bootScript(wrapped, { env, user, input });
  let firstStderr = "";
  const take: OnOutput = (stream, chunk) => {
    if (stream === "stderr" && firstStderr.length < FIRST_STDERR_CHARS) firstStderr += chunk.toString("utf8");
    onOutput(stream, chunk);
  };
  const connection = await context.open(bootCommand(script), take, signal);
  let status: ExecStatus | undefined;
  const over = connection.closed.then((end) => {
    status = end;
  });
  return {
    script,
    mark: mark.mark,
    connection,
    over,
    ended: () => connection.ended(),
    detach: () => connection.terminate(),
    status: () => status,
    requireUser() {
      const refusal = userRefusal(firstStderr);
      if (refusal !== undefined) throw new UnsupportedUserError(user ?? "", "k8s", refusal);
    },
  };
}

/** Marks, and what ends those who carry them, of one container. */
function markDriver(context: ExecContext): MarkDriver {
  return {
    newMark: newCommandMark,
    signal: (signal, mark) => signalMarked(context, signal, mark),
    abandon: () => context.abandon(),
  };
}

/** Runs commands by exec in one container. */
export function execDriver(context: ExecContext): CommandDriver<RunningExec> {
  return {
    ...markDriver(context),
    async start(command, mark, { cwd, input, ...options }, onOutput) {
      const hasInput = input !== undefined;
      // Input that nobody reads makes the servers in between reset the connection, under the last of the output.
      const wrapped = wrapCommand(command, mark, { cwd, countOom: true, drainInput: hasInput });
      const { script, ...exec } = await startExec(context, wrapped, mark, { ...options, input: hasInput }, onOutput);
      const bytes = typeof input === "string" ? Buffer.from(input) : (input ?? Buffer.alloc(0));
      exec.connection.write(Buffer.concat([script, bytes]), () => exec.connection.endInput());
      return exec;
    },
    async withoutEnd(exec) {
      exec.requireUser();
      const unavailable = await context.whyUnavailable();
      if (unavailable !== undefined) throw unavailable;
      const written = exec.status();
      // A success that the command itself did not write is what the API server makes of a lost node.
      const status = written?.exitCode === 0 ? undefined : written;
      // A container that dies takes the wrapper with it, and its pod says so only later; the reaper knows at once.
      await signalMarked(context, status === undefined ? "KILL" : "0", exec.mark);
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
  };
}

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

/**
 * Signals what carries the mark, with another reaper when the first was killed. A container that has ended lets none
 * start, which its pod says only some seconds later.
 */
async function signalMarked(context: ExecContext, signal: TreeSignal, mark: number): Promise<number> {
  const deadline = performance.now() + STATUS_DELAY_SECONDS * 1000;
  for (let pause = 0; ; pause = Math.min(2 * pause + 100, LONGEST_PAUSE_MS)) {
    try {
      return await context.reaper.signal(signal, mark);
    } catch (error) {
      const isLate = performance.now() > deadline;
      const unavailable = pause === 0 && !isLate ? undefined : await context.whyUnavailable(error);
      if (unavailable !== undefined) throw unavailable;
      if (isLate) {
        if (PodUnavailableError.is(error)) throw error;
        const facts = "what ends its commands is killed each time.";
        throw new PodUnavailableError(context.sandboxId, "unresponsive", facts, {
          cause: error,
          causedBy: blame({ reason: "unresponsive", watched: true }),
        });
      }
      await sleep(pause);
    }
  }
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
