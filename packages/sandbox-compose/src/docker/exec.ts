import type { Duplex } from "node:stream";
import { type SandboxUnavailableError, UnsupportedUserError } from "../errors.js";
import { endTree } from "../exec/end-tree.js";
import { KeptOutput } from "../exec/kept-output.js";
import { type CommandEnd, EndScanner, newCommandMark, wrapCommand } from "../exec/wrapper.js";
import type { ExecOptions, ExecResult } from "../provider.js";
import type { Engine, StartedExec } from "./engine.js";
import { FrameReader } from "./frames.js";
import type { Reaper } from "./reaper.js";

const DEFAULT_MAX_OUTPUT_BYTES = 10 * 2 ** 20;
const TIMED_OUT_EXIT_CODE = 124;
const NOT_STARTED_EXIT_CODE = 126;
/** The engine closes an exec's streams two seconds after its process; a little more, and they are not waited for. */
const STREAM_GRACE_MS = 3000;

/** What running a command needs of its sandbox. */
export interface ExecContext {
  readonly sandboxId: string;
  readonly containerId: string;
  readonly engine: Engine;
  readonly reaper: Reaper;
  /** Finds out why the container does not run any more; undefined when it does. */
  readonly whyUnavailable: (cause?: unknown) => Promise<SandboxUnavailableError | undefined>;
  /** Ends a container whose processes will not end. */
  readonly abandon: () => Promise<SandboxUnavailableError>;
}

/** Runs one command to its end. Never a second time. */
export async function execInContainer(
  context: ExecContext,
  command: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  options.signal?.throwIfAborted();
  const mark = newCommandMark();
  const limit = options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
  const kept = {
    stdout: new KeptOutput(limit, options.keepOutput ?? "tail"),
    stderr: new KeptOutput(limit, options.keepOutput ?? "tail"),
  };
  const scanners = {
    stdout: new EndScanner(mark.token, (chunk) => kept.stdout.push(chunk)),
    stderr: new EndScanner(mark.token, (chunk) => kept.stderr.push(chunk)),
  };
  const frames = new FrameReader((stream, chunk) => scanners[stream].push(chunk));
  const startedAt = performance.now();
  const started = await startExec(context, {
    command: wrapCommand(command, mark, options.cwd),
    env: options.env,
    user: options.user,
    stdin: options.input !== undefined,
  });
  const running = follow(started.socket, options.input, (chunk) => {
    frames.push(chunk);
    return scanners.stdout.end !== undefined && scanners.stderr.end !== undefined;
  });
  const stopped = await raceWithStop(running.over, options);
  if (stopped !== undefined) {
    const ended = await endMarked(context, mark.mark, running.isOver, stopped === "aborted" ? 0 : undefined);
    await Promise.race([running.over, pause(STREAM_GRACE_MS)]);
    started.socket.destroy();
    if (!ended) throw await context.abandon();
    if (stopped === "aborted") options.signal?.throwIfAborted();
  }
  scanners.stdout.finish();
  scanners.stderr.finish();
  const end = scanners.stdout.end ?? scanners.stderr.end;
  const result = (code: number, outOfMemory: boolean): ExecResult => ({
    exitCode: code,
    stdout: kept.stdout.text(),
    stderr: kept.stderr.text(),
    timedOut: stopped === "timed-out",
    truncated: { stdout: kept.stdout.truncated, stderr: kept.stderr.truncated },
    outOfMemory,
    durationSeconds: (performance.now() - startedAt) / 1000,
  });
  if (stopped === "timed-out") return result(TIMED_OUT_EXIT_CODE, end?.outOfMemory ?? false);
  if (end !== undefined) return result(end.exitCode, end.outOfMemory);
  return withoutEnd(context, started, running.failure(), options.user, result);
}

/** The stream broke off before the command's end was written: the wrapper was killed, never started, or all is lost. */
async function withoutEnd(
  context: ExecContext,
  started: StartedExec,
  failure: Error | undefined,
  user: string | undefined,
  result: (code: number, outOfMemory: boolean) => ExecResult,
): Promise<ExecResult> {
  const unavailable = await context.whyUnavailable(failure);
  if (unavailable !== undefined) throw unavailable;
  const exitCode = await exitCodeOf(context, started.id);
  const partial = result(exitCode ?? NOT_STARTED_EXIT_CODE, false);
  if (/^(OCI runtime exec failed|unable to find user|linux spec user)/.test(partial.stdout)) {
    if (user !== undefined && /unable to find user|no matching entries in passwd/.test(partial.stdout)) {
      throw new UnsupportedUserError(user, "docker", partial.stdout.trim());
    }
    // Most often a container whose process limit is used up: what the commands in it did, so theirs to see.
    return { ...partial, exitCode: NOT_STARTED_EXIT_CODE, stdout: "", stderr: partial.stdout };
  }
  return partial;
}

async function exitCodeOf(context: ExecContext, execId: string): Promise<number | undefined> {
  const deadline = performance.now() + STREAM_GRACE_MS;
  for (;;) {
    try {
      const code = await context.engine.execExitCode(execId);
      if (code !== undefined || performance.now() > deadline) return code;
    } catch (error) {
      const unavailable = await context.whyUnavailable(error);
      if (unavailable !== undefined) throw unavailable;
      return undefined;
    }
    await pause(50);
  }
}

/** Starts an exec; a container that is gone becomes the error that says why. */
export async function startExec(context: ExecContext, exec: Parameters<Engine["startExec"]>[1]): Promise<StartedExec> {
  try {
    return await context.engine.startExec(context.containerId, exec);
  } catch (error) {
    throw (await context.whyUnavailable(error)) ?? error;
  }
}

/**
 * Ends everything with the mark. When the reaper itself cannot be reached (killed, and the container has no process left
 * for another), the answer is false.
 */
export async function endMarked(
  context: ExecContext,
  mark: number,
  ended: () => boolean,
  graceSeconds?: number,
): Promise<boolean> {
  const signal = async (name: "0" | "TERM" | "KILL"): Promise<number> => {
    try {
      return await context.reaper.signal(name, mark);
    } catch {
      // It was killed: by a memory shortage, or by root in the container. One more is started.
      return context.reaper.signal(name, mark);
    }
  };
  try {
    return await endTree({ signal, ended, graceSeconds });
  } catch (error) {
    if ((await context.whyUnavailable(error)) !== undefined) return true;
    return false;
  }
}

interface Followed {
  /** Resolves when the command's end was seen or the stream is over; never rejects. */
  readonly over: Promise<void>;
  readonly isOver: () => boolean;
  readonly failure: () => Error | undefined;
}

function follow(socket: Duplex, input: string | Uint8Array | undefined, onData: (chunk: Buffer) => boolean): Followed {
  let done = false;
  let failure: Error | undefined;
  const over = new Promise<void>((resolve) => {
    const finish = () => {
      done = true;
      resolve();
    };
    socket.on("data", (chunk: Buffer) => {
      if (!onData(chunk)) return;
      socket.destroy();
      finish();
    });
    socket.on("error", (error: Error) => {
      // A command need not read its input; what it did not read ends in EPIPE.
      if (!done && !("code" in error && error.code === "EPIPE")) failure = error;
    });
    socket.on("end", finish);
    socket.on("close", finish);
  });
  if (input !== undefined) socket.end(input);
  return { over, isOver: () => done, failure: () => failure };
}

async function raceWithStop(over: Promise<void>, options: ExecOptions): Promise<"timed-out" | "aborted" | undefined> {
  const { timeoutSeconds, signal } = options;
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await Promise.race([
      over.then(() => undefined),
      new Promise<"timed-out">((resolve) => {
        if (timeoutSeconds !== undefined) timer = setTimeout(() => resolve("timed-out"), timeoutSeconds * 1000);
      }),
      new Promise<"aborted">((resolve) => {
        onAbort = () => resolve("aborted");
        if (signal?.aborted === true) onAbort();
        signal?.addEventListener("abort", onAbort, { once: true });
      }),
    ]);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal?.removeEventListener("abort", onAbort);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}

export type { CommandEnd };
