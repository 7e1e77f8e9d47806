import type { Writable } from "node:stream";
import { UnsupportedUserError } from "../errors.js";
import type { ExecStream, StreamOptions } from "../provider.js";
import { believedEnd } from "./believed-end.js";
import { checkCommand } from "./check-command.js";
import type { CommandMark } from "./command-marks.js";
import { endTree } from "./end-tree.js";
import { markedOutputs } from "./marked-outputs.js";
import type { MarkDriver, OnOutput, RunningCommand } from "./run-command.js";
import type { StreamName } from "./wrapped-outputs.js";

/** A command that was started and whose streams the caller drives. */
export interface StreamedCommand extends RunningCommand {
  readonly stdin: Writable;
  /** Nobody has room for more of an output; the other one may stop with it. */
  pause(stream: StreamName): void;
  resume(stream: StreamName): void;
}

/** How one kind of sandbox streams marked commands. */
export interface StreamDriver<Streamed extends StreamedCommand = StreamedCommand> extends MarkDriver {
  /** Starts the command in its wrapper; `onOutput` gets every chunk of output. */
  start(command: readonly string[], mark: CommandMark, options: StreamOptions, onOutput: OnOutput): Promise<Streamed>;
  /**
   * The exit code when the output ended without the wrapper's word.
   * @param wasStopped whether the caller ended the command.
   * @throws SandboxUnavailableError when the sandbox is gone
   */
  withoutEnd(streamed: Streamed, options: StreamOptions, wasStopped: boolean): Promise<number>;
}

/** Starts a command whose streams the caller drives. */
export async function streamCommand<Streamed extends StreamedCommand>(
  driver: StreamDriver<Streamed>,
  command: readonly string[],
  options: StreamOptions,
): Promise<ExecStream> {
  const { signal } = options;
  checkCommand(command, options);
  signal?.throwIfAborted();
  const mark = driver.newMark();
  let started: Streamed | undefined;
  const outputs = markedOutputs(mark.token, (name) => started?.resume(name));
  const streamed = await driver.start(command, mark, options, (name, chunk) => {
    if (!outputs.push(name, chunk)) started?.pause(name);
  });
  started = streamed;
  const believed = believedEnd(streamed, outputs.wrapped, () => !outputs.ended);
  Promise.race([streamed.over, believed]).then(() => outputs.finish());
  let wasStopped = false;
  const kill = async (graceSeconds?: number): Promise<void> => {
    wasStopped = true;
    // Nobody reads any more, and the word of the command's end is behind what was not read.
    outputs.drop();
    const gone = await endTree({
      signal: (name) => driver.signal(name, mark),
      ended: () => outputs.ended || outputs.wrapped.wrapper !== undefined || streamed.ended(),
      graceSeconds,
    }).finally(() => streamed.detach());
    if (!gone) throw await driver.abandon();
  };
  const onAbort = () => {
    kill(0).catch(() => undefined);
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  const exit = outputs.finished.then(async () => {
    signal?.removeEventListener("abort", onAbort);
    try {
      const { refusal, end } = outputs.wrapped;
      if (refusal !== undefined) throw new UnsupportedUserError(options.user ?? "", driver.provider, refusal);
      const known = (await believed)?.exitCode ?? end?.exitCode;
      return {
        exitCode: known ?? (await driver.withoutEnd(streamed, options, wasStopped || signal?.aborted === true)),
      };
    } finally {
      // A daemon that the command left behind may hold the other end for ever.
      streamed.detach();
    }
  });
  // Whoever only uses the streams must not be ended by an unhandled rejection.
  exit.catch(() => undefined);
  const { stdout, stderr } = outputs;
  return { stdin: streamed.stdin, stdout, stderr, exit, kill: () => kill() };
}
