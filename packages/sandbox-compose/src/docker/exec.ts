import { type Duplex, Writable } from "node:stream";
import { codeOf, sleep } from "@mlebench/base";
import { type SandboxUnavailableError, UnsupportedUserError } from "../errors.js";
import { LOADER_VARIABLES } from "../exec/become-user.js";
import type { CommandMark, CommandMarks } from "../exec/command-marks.js";
import { deferred } from "../exec/deferred.js";
import type { TreeSignal } from "../exec/end-tree.js";
import { signalMarkedOrStrange } from "../exec/reaper-answers.js";
import {
  type CommandDriver,
  type MarkDriver,
  NOT_STARTED_EXIT_CODE,
  type RunningCommand,
} from "../exec/run-command.js";
import type { StreamDriver, StreamedCommand } from "../exec/stream-command.js";
import { type WrapOptions, wrapCommand } from "../exec/wrapper.js";
import type { Engine } from "./engine.js";
import type { EngineExec, StartedExec } from "./engine-answers.js";
import { FrameReader } from "./frames.js";
import type { Reaper } from "./reaper.js";

const KILLED_EXIT_CODE = 137;
const EXIT_CODE_DEADLINE_MS = 3000;
/** The engine notices a dead container a little after the death of the processes in it. */
const DEATH_NOTICE_MS = 300;

/** What running a command needs of its sandbox. */
export interface ExecContext {
  readonly containerId: string;
  readonly engine: Engine;
  readonly reaper: Reaper;
  readonly marks: CommandMarks;
  /** Variables that the container was made with. */
  readonly containerEnv: Readonly<Record<string, string>>;
  /** Who commands run as unless somebody else is named. */
  readonly user: string;
  /** Whether a wrapper that runs as root can put the command into a group of its own. */
  readonly setsGroups: boolean;
  /** Finds out why the container does not run any more; undefined when it does. */
  readonly whyUnavailable: (cause?: unknown) => Promise<SandboxUnavailableError | undefined>;
  /** Ends a container whose processes will not end. */
  readonly abandon: () => Promise<SandboxUnavailableError>;
}

/** An exec that was started. */
export interface RunningExec extends RunningCommand {
  readonly id: string;
  readonly failure: () => Error | undefined;
}

/** Marks, and what ends those who carry them, of one container. */
function markDriver(context: ExecContext): MarkDriver {
  return {
    provider: "docker",
    newMark: () => {
      const { group, ...mark } = context.marks.next();
      return context.setsGroups ? { ...mark, group } : mark;
    },
    signal: (signal, mark) => signalMarked(context, signal, mark),
    abandon: context.abandon,
  };
}

/** Runs commands by exec in one container. */
export function execDriver(context: ExecContext): CommandDriver<RunningExec> {
  return {
    ...markDriver(context),
    async start(command, mark, { cwd, env, user, input }, onOutput) {
      const exec = execOf(context, command, mark, { cwd, env, user, countOom: true, stdin: input !== undefined });
      const started = await startExec(context, exec);
      const running = follow(context, started, new FrameReader(onOutput));
      if (input !== undefined) started.socket.end(input);
      return running;
    },
    async withoutEnd(running, { stdout, stderr }, { user }) {
      const unavailable = await context.whyUnavailable(running.failure());
      if (unavailable !== undefined) throw unavailable;
      if (/^(OCI runtime exec failed|unable to find user|linux spec user)/.test(stdout)) {
        if (user !== undefined && /unable to find user|no matching entries in passwd/.test(stdout)) {
          throw new UnsupportedUserError(user, "docker", stdout.trim());
        }
        // Most often a container whose process limit is used up: what the commands in it did, so theirs to see.
        return { exitCode: NOT_STARTED_EXIT_CODE, notStarted: stdout };
      }
      if (stderr.startsWith("exec /bin/sh: ")) return { exitCode: NOT_STARTED_EXIT_CODE, notStarted: stderr };
      return { exitCode: (await exitCodeOf(context, running.id)) ?? NOT_STARTED_EXIT_CODE };
    },
  };
}

/** Streams commands by exec in one container. */
export function streamDriver(context: ExecContext): StreamDriver<RunningExec & StreamedCommand> {
  return {
    ...markDriver(context),
    async start(command, mark, { cwd, env, user }, onOutput) {
      const exec = await startExec(context, execOf(context, command, mark, { cwd, env, user, stdin: true }));
      const { socket } = exec;
      return {
        ...follow(context, exec, new FrameReader(onOutput)),
        stdin: inputOf(socket),
        pause: () => socket.pause(),
        resume: () => socket.resume(),
      };
    },
    async withoutEnd({ id, failure }) {
      const unavailable = await context.whyUnavailable(failure());
      if (unavailable !== undefined) throw unavailable;
      const code = await exitCodeOf(context, id);
      if (code === undefined) throw failure() ?? new Error("the engine does not say how the command ended");
      return code;
    },
  };
}

/**
 * The exec of a wrapped command. Where it can, the wrapper is root's: the command's user can neither end nor read it. What it
 * runs as root must not come from folders which that user may own, and an image's variables may name such.
 */
function execOf(
  { containerEnv, setsGroups, user: ownUser }: ExecContext,
  command: readonly string[],
  mark: CommandMark,
  { env = {}, user = ownUser, stdin, ...options }: WrapOptions & { readonly stdin: boolean },
): EngineExec {
  if (!setsGroups) {
    const { command: wrapped, variables } = wrapCommand(command, mark, options);
    return { command: wrapped, env: { ...env, ...variables }, user, stdin };
  }
  const all = { ...containerEnv, ...env };
  const loaded = Object.fromEntries(LOADER_VARIABLES.flatMap((name) => (name in all ? [[name, all[name] ?? ""]] : [])));
  const wrap = { ...options, user, setHome: all["HOME"] === undefined, env: loaded };
  const { command: wrapped, variables } = wrapCommand(command, mark, wrap);
  return { command: wrapped, env: { ...env, ...withoutLoaders(all), ...variables }, user: "0:0", stdin };
}

/** Empties what an image sets of the loader's variables, for what runs as root. */
export function withoutLoaders(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(LOADER_VARIABLES.filter((name) => name in env).map((name) => [name, ""]));
}

/** Starts an exec; a container that is gone becomes the error that says why. */
async function startExec(context: ExecContext, exec: EngineExec): Promise<StartedExec> {
  try {
    return await context.engine.startExec(context.containerId, exec);
  } catch (error) {
    throw (await context.whyUnavailable(error)) ?? error;
  }
}

/**
 * Signals what carries the mark, from inside the container.
 * @throws SandboxUnavailableError when the container is gone
 */
async function signalMarked(context: ExecContext, signal: TreeSignal, mark: CommandMark): Promise<number> {
  const ask = () => signalMarkedOrStrange((request) => context.reaper.ask(request), signal, mark, context.marks);
  try {
    // It was killed, by a memory shortage or by root in the container: one more is started.
    return await ask().catch(ask);
  } catch (error) {
    throw (await context.whyUnavailable(error)) ?? error;
  }
}

/** The exit code that the engine noted; undefined while it has none. */
async function exitCodeOf(context: ExecContext, execId: string): Promise<number | undefined> {
  const deadline = performance.now() + EXIT_CODE_DEADLINE_MS;
  for (;;) {
    const code = await context.engine.execExitCode(execId).catch(async (error: unknown) => {
      throw (await context.whyUnavailable(error)) ?? error;
    });
    if (code === KILLED_EXIT_CODE) {
      await sleep(DEATH_NOTICE_MS);
      const unavailable = await context.whyUnavailable();
      if (unavailable !== undefined) throw unavailable;
    }
    if (code !== undefined || performance.now() > deadline) return code;
    await sleep(50);
  }
}

/** Reads an exec's output to its end. */
function follow({ engine }: ExecContext, { id, socket }: StartedExec, frames: FrameReader): RunningExec {
  const over = deferred<void>();
  let ended = false;
  let failure: Error | undefined;
  const finish = () => {
    ended = true;
    over.resolve();
  };
  socket.on("data", (chunk: Buffer) => frames.push(chunk));
  socket.on("error", (error: Error) => {
    // A command need not read its input; what it did not read ends in EPIPE.
    if (codeOf(error) !== "EPIPE") failure ??= error;
  });
  socket.on("end", finish);
  socket.on("close", finish);
  return {
    id,
    over: over.promise,
    ended: () => ended,
    async askExit() {
      const exitCode = await engine.execExitCode(id);
      return exitCode === undefined ? undefined : { exitCode };
    },
    failure: () => failure,
    detach: () => socket.destroy(),
  };
}

function inputOf(socket: Duplex): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, callback) {
      // The command ended without reading all: its exit code says the rest.
      if (socket.destroyed) callback();
      else socket.write(chunk, callback);
    },
    final(callback) {
      if (socket.destroyed) callback();
      else socket.end(callback);
    },
    destroy(error, callback) {
      if (!socket.destroyed) socket.end();
      callback(error);
    },
  });
}
