import { type Duplex, Writable } from "node:stream";
import { checkCommand } from "../exec/check-command.js";
import { endTree } from "../exec/end-tree.js";
import { markedOutputs } from "../exec/marked-outputs.js";
import { newCommandMark, wrapCommand } from "../exec/wrapper.js";
import type { ExecStream, StreamOptions } from "../provider.js";
import { type ExecContext, exitCodeOf, signalMarked, startExec } from "./exec.js";
import { FrameReader } from "./frames.js";

/** Starts a command whose streams the caller drives. */
export async function streamInContainer(
  context: ExecContext,
  command: readonly string[],
  options: StreamOptions,
): Promise<ExecStream> {
  checkCommand(command, options);
  options.signal?.throwIfAborted();
  const mark = newCommandMark();
  const { id, socket } = await startExec(context, {
    command: wrapCommand(command, mark, { cwd: options.cwd }),
    env: options.env,
    user: options.user,
    stdin: true,
  });
  const outputs = markedOutputs(mark.token, () => socket.resume());
  const frames = new FrameReader((stream, chunk) => {
    if (!outputs.push(stream, chunk)) socket.pause();
  });
  let failure: Error | undefined;
  socket.on("data", (chunk: Buffer) => frames.push(chunk));
  socket.on("error", (error: Error) => {
    failure ??= error;
  });
  socket.once("end", () => outputs.finish());
  socket.once("close", () => outputs.finish());
  const kill = async (graceSeconds?: number): Promise<void> => {
    // The word of the command's end is behind what was not read.
    outputs.drop();
    const gone = await endTree({
      signal: (name) => signalMarked(context, name, mark.mark),
      ended: () => outputs.ended,
      graceSeconds,
    }).finally(() => socket.destroy());
    if (!gone) throw await context.abandon();
  };
  const onAbort = () => {
    kill(0).catch(() => socket.destroy());
  };
  options.signal?.addEventListener("abort", onAbort, { once: true });
  const exit = outputs.end.then(async (end) => {
    options.signal?.removeEventListener("abort", onAbort);
    if (end !== undefined) {
      // A daemon that the command left behind may hold the other end for ever.
      socket.destroy();
      return { exitCode: end.exitCode };
    }
    return { exitCode: await unwrittenExitCode(context, id, failure) };
  });
  // Whoever only uses the streams must not be ended by an unhandled rejection.
  exit.catch(() => undefined);
  return { stdin: inputOf(socket), stdout: outputs.stdout, stderr: outputs.stderr, exit, kill: () => kill() };
}

async function unwrittenExitCode(context: ExecContext, execId: string, failure: Error | undefined): Promise<number> {
  const unavailable = await context.whyUnavailable(failure);
  if (unavailable !== undefined) throw unavailable;
  const code = await exitCodeOf(context, execId);
  if (code === undefined) throw failure ?? new Error("the engine does not say how the command ended");
  return code;
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
