import { sleep, startTimer } from "@mlebench/base";
import { SandboxUnavailableError, UnsupportedUserError } from "../errors.js";
import type { ExecOptions, ExecResult } from "../provider.js";
import { believedEnd, type CommandExit } from "./believed-end.js";
import { checkCommand, whyNotStartable } from "./check-command.js";
import type { CommandMark } from "./command-marks.js";
import { deferred } from "./deferred.js";
import { endTree, type TreeSignal } from "./end-tree.js";
import { KeptOutput } from "./kept-output.js";
import { type StreamName, WrappedOutputs } from "./wrapped-outputs.js";

const DEFAULT_MAX_OUTPUT_BYTES = 10 * 2 ** 20;
const TIMED_OUT_EXIT_CODE = 124;
/** What a killed command wrote before may still be on its way: until the streams have been quiet for this long. */
const QUIET_MS = 150;
const LONGEST_QUIET_WAIT_MS = 3000;
/** What a shell gives a command that it finds and cannot start. */
export const NOT_STARTED_EXIT_CODE = 126;

/** Takes what a command wrote. */
export type OnOutput = (stream: StreamName, chunk: Buffer) => void;

/** A command that was started. */
export interface RunningCommand {
  /** Resolves when both streams are over, or the connection is lost; never rejects. */
  readonly over: Promise<void>;
  /** Whether the command's own process is known to have ended. */
  ended(): boolean;
  /**
   * Asks whoever runs the command whether its wrapper has exited. Must not take the word of anything in the sandbox that the
   * command could be.
   * @param wrapper its process id in the sandbox, once it has written that.
   * @returns undefined while it runs
   */
  askExit(wrapper: number | undefined): Promise<CommandExit | undefined>;
  /** Stops listening; frees the streams even if a daemon still holds their other ends. */
  detach(): void;
}

/** How one kind of sandbox gives marks and ends what carries them. */
export interface MarkDriver {
  /** The provider's name. */
  readonly provider: string;
  newMark(): CommandMark;
  /** Signals every process with the mark, and every one that has none that was ever given, and counts them. */
  signal(signal: TreeSignal, mark: CommandMark): Promise<number>;
  /** Ends a sandbox whose processes will not end, and says so. */
  abandon(): Promise<Error>;
}

/** How one kind of sandbox runs marked commands. */
export interface CommandDriver<Running extends RunningCommand = RunningCommand> extends MarkDriver {
  /** Starts the command in its wrapper; `onOutput` gets every chunk of output. */
  start(command: readonly string[], mark: CommandMark, options: ExecOptions, onOutput: OnOutput): Promise<Running>;
  /**
   * The result when the output ended without the wrapper's word.
   * @throws SandboxUnavailableError when the sandbox is gone
   */
  withoutEnd(
    running: Running,
    output: { readonly stdout: string; readonly stderr: string },
    options: ExecOptions,
  ): Promise<UnwrittenEnd>;
}

/** How a command ended, before its result is put together. */
export interface UnwrittenEnd {
  readonly exitCode: number;
  /** Why the command could not be started; takes the place of its output. */
  readonly notStarted?: string;
}

/** Runs one command to its end. Never a second time. */
export async function runCommand<Running extends RunningCommand>(
  driver: CommandDriver<Running>,
  command: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  const { signal, timeoutSeconds } = options;
  checkCommand(command, options);
  signal?.throwIfAborted();
  const impossible = whyNotStartable(command, options);
  if (impossible !== undefined) return notStarted(impossible);
  const mark = driver.newMark();
  const limit = options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
  const kept = {
    stdout: new KeptOutput(limit, options.keepOutput ?? "tail"),
    stderr: new KeptOutput(limit, options.keepOutput ?? "tail"),
  };
  const outputs = new WrappedOutputs(mark.token, (stream, chunk) => kept[stream].push(chunk));
  const startedAt = performance.now();
  let lastOutputAt = 0;
  const running = await driver.start(command, mark, options, (stream, chunk) => {
    lastOutputAt = performance.now();
    outputs.push(stream, chunk);
  });
  let isFinished = false;
  const believed = believedEnd(running, outputs, () => !isFinished);
  const stopped = await raceWithStop(Promise.race([believed, running.over]), timeoutSeconds, signal);
  isFinished = true;
  if (stopped !== undefined) {
    let failure: unknown;
    const ended = await endTree({
      signal: (name) => driver.signal(name, mark),
      ended: () => running.ended() || outputs.wrapper !== undefined,
      graceSeconds: stopped === "aborted" ? 0 : undefined,
    }).catch((error: unknown) => {
      failure = error;
      return false;
    });
    await Promise.race([running.over, quiet(() => lastOutputAt)]);
    running.detach();
    if (!ended && !SandboxUnavailableError.is(failure)) failure = await driver.abandon();
    if (stopped === "aborted") signal?.throwIfAborted();
    if (!ended) throw failure;
  } else {
    running.detach();
  }
  outputs.finish();
  const { end, refusal } = outputs;
  if (refusal !== undefined) throw new UnsupportedUserError(options.user ?? "", driver.provider, refusal);
  const output = { stdout: kept.stdout.text(), stderr: kept.stderr.text() };
  const result = {
    ...output,
    timedOut: stopped === "timed-out",
    truncated: { stdout: kept.stdout.truncated, stderr: kept.stderr.truncated },
    outOfMemory: end?.outOfMemory ?? false,
    durationSeconds: (performance.now() - startedAt) / 1000,
  };
  if (stopped === "timed-out") return { ...result, exitCode: TIMED_OUT_EXIT_CODE };
  const known = (await believed)?.exitCode ?? end?.exitCode;
  if (known !== undefined) return { ...result, exitCode: known };
  const { exitCode, notStarted: why } = await driver.withoutEnd(running, output, options);
  return why === undefined ? { ...result, exitCode } : { ...result, ...notStarted(why), exitCode };
}

function notStarted(stderr: string): ExecResult {
  const truncated = { stdout: false, stderr: false };
  const exitCode = NOT_STARTED_EXIT_CODE;
  return { exitCode, stdout: "", stderr, timedOut: false, truncated, outOfMemory: false, durationSeconds: 0 };
}

async function raceWithStop(
  finished: Promise<unknown>,
  timeoutSeconds: number | undefined,
  signal: AbortSignal | undefined,
): Promise<"timed-out" | "aborted" | undefined> {
  const stop = deferred<"timed-out" | "aborted">();
  const forgetTimer = startTimer((timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000, () => stop.resolve("timed-out"));
  const onAbort = () => stop.resolve("aborted");
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  try {
    return await Promise.race([finished.then(() => undefined), stop.promise]);
  } finally {
    forgetTimer();
    signal?.removeEventListener("abort", onAbort);
  }
}

async function quiet(lastOutputAt: () => number): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const now = performance.now();
    const remaining = Math.max(startedAt, lastOutputAt()) + QUIET_MS - now;
    if (remaining <= 0 || now > startedAt + LONGEST_QUIET_WAIT_MS) return;
    await sleep(remaining);
  }
}
