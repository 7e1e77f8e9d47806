import { sleep, startTimer } from "@mlebench/base";
import { SandboxUnavailableError } from "../errors.js";
import type { ExecOptions, ExecResult } from "../provider.js";
import { checkCommand, whyNotStartable } from "./check-command.js";
import { deferred } from "./deferred.js";
import { endTree, type TreeSignal } from "./end-tree.js";
import { KeptOutput } from "./kept-output.js";
import { type CommandMark, EndScanner } from "./wrapper.js";

const DEFAULT_MAX_OUTPUT_BYTES = 10 * 2 ** 20;
const TIMED_OUT_EXIT_CODE = 124;
/** What a killed command wrote before may still be on its way: until the streams have been quiet for this long. */
const QUIET_MS = 150;
const LONGEST_QUIET_WAIT_MS = 3000;
/** What a shell gives a command that it finds and cannot start. */
export const NOT_STARTED_EXIT_CODE = 126;

/** Which of a command's outputs is meant. */
export type StreamName = "stdout" | "stderr";

/** Takes what a command wrote. */
export type OnOutput = (stream: StreamName, chunk: Buffer) => void;

/** A command that was started. */
export interface RunningCommand {
  /** Resolves when both streams are over, or the connection is lost; never rejects. */
  readonly over: Promise<void>;
  /** Whether the command's own process is known to have ended. */
  ended(): boolean;
  /** Stops listening; frees the streams even if a daemon still holds their other ends. */
  detach(): void;
}

/** How one kind of sandbox gives marks and ends what carries them. */
export interface MarkDriver {
  newMark(): CommandMark;
  /** Signals every process with the mark, and counts them. */
  signal(signal: TreeSignal, mark: number): Promise<number>;
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
  const refusal = whyNotStartable(command, options);
  if (refusal !== undefined) return notStarted(refusal);
  const mark = driver.newMark();
  const limit = options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
  const kept = {
    stdout: new KeptOutput(limit, options.keepOutput ?? "tail"),
    stderr: new KeptOutput(limit, options.keepOutput ?? "tail"),
  };
  const scanners = {
    stdout: new EndScanner(mark.token, (chunk) => kept.stdout.push(chunk)),
    stderr: new EndScanner(mark.token, (chunk) => kept.stderr.push(chunk)),
  };
  const written = deferred<void>();
  const startedAt = performance.now();
  let lastOutputAt = 0;
  const running = await driver.start(command, mark, options, (stream, chunk) => {
    lastOutputAt = performance.now();
    scanners[stream].push(chunk);
    if (scanners.stdout.end !== undefined && scanners.stderr.end !== undefined) written.resolve();
  });
  const finished = Promise.race([written.promise, running.over]);
  const stopped = await raceWithStop(finished, timeoutSeconds, signal);
  if (stopped !== undefined) {
    let failure: unknown;
    const ended = await endTree({
      signal: (name) => driver.signal(name, mark.mark),
      ended: () => running.ended() || scanners.stdout.end !== undefined,
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
  scanners.stdout.finish();
  scanners.stderr.finish();
  const end = scanners.stdout.end ?? scanners.stderr.end;
  const output = { stdout: kept.stdout.text(), stderr: kept.stderr.text() };
  const result = {
    ...output,
    timedOut: stopped === "timed-out",
    truncated: { stdout: kept.stdout.truncated, stderr: kept.stderr.truncated },
    outOfMemory: end?.outOfMemory ?? false,
    durationSeconds: (performance.now() - startedAt) / 1000,
  };
  if (stopped === "timed-out") return { ...result, exitCode: TIMED_OUT_EXIT_CODE };
  if (end !== undefined) return { ...result, exitCode: end.exitCode };
  const { exitCode, notStarted: why } = await driver.withoutEnd(running, output, options);
  return why === undefined ? { ...result, exitCode } : { ...result, ...notStarted(why), exitCode };
}

function notStarted(stderr: string): ExecResult {
  const truncated = { stdout: false, stderr: false };
  const exitCode = NOT_STARTED_EXIT_CODE;
  return { exitCode, stdout: "", stderr, timedOut: false, truncated, outOfMemory: false, durationSeconds: 0 };
}

async function raceWithStop(
  finished: Promise<void>,
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
