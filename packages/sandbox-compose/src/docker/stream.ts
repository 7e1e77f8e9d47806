import { type Duplex, Readable, Writable } from "node:stream";
import { endTree } from "../exec/end-tree.js";
import { newCommandMark, wrapStream } from "../exec/wrapper.js";
import type { ExecStream, StreamOptions } from "../provider.js";
import { type ExecContext, exitCodeOf, signalMarked, startExec } from "./exec.js";
import { FrameReader } from "./frames.js";

/** Starts a command whose streams the caller drives. */
export async function streamInContainer(
  context: ExecContext,
  command: readonly string[],
  options: StreamOptions,
): Promise<ExecStream> {
  options.signal?.throwIfAborted();
  const mark = newCommandMark();
  const started = await startExec(context, {
    command: wrapStream(command, mark, { cwd: options.cwd }),
    env: options.env,
    user: options.user,
    stdin: true,
  });
  const { socket } = started;
  const stdout = output(socket);
  const stderr = output(socket);
  const frames = new FrameReader((stream, chunk) => {
    const target = stream === "stdout" ? stdout : stderr;
    if (!target.push(chunk) && isRead(target)) socket.pause();
  });
  let over = false;
  const ended = new Promise<Error | undefined>((resolve) => {
    let failure: Error | undefined;
    const finish = () => {
      over = true;
      if (!stdout.readableEnded) stdout.push(null);
      if (!stderr.readableEnded) stderr.push(null);
      resolve(failure);
    };
    socket.on("data", (chunk: Buffer) => frames.push(chunk));
    socket.on("error", (error: Error) => {
      failure ??= error;
    });
    socket.once("end", finish);
    socket.once("close", finish);
  });
  const kill = async (graceSeconds?: number): Promise<void> => {
    try {
      const signal = (name: "0" | "TERM" | "KILL") => signalMarked(context, name, mark.mark);
      if (!(await endTree({ signal, ended: () => over, graceSeconds }))) throw await context.abandon();
    } finally {
      socket.destroy();
    }
  };
  const onAbort = () => {
    kill(0).catch(() => socket.destroy());
  };
  options.signal?.addEventListener("abort", onAbort, { once: true });
  const exit = ended.then(async (failure) => {
    options.signal?.removeEventListener("abort", onAbort);
    return { exitCode: await exitCode(context, started.id, failure) };
  });
  // Whoever only uses the streams must not be ended by an unhandled rejection.
  exit.catch(() => undefined);
  return { stdin: inputOf(socket), stdout, stderr, exit, kill: () => kill() };
}

async function exitCode(context: ExecContext, execId: string, failure: Error | undefined): Promise<number> {
  const unavailable = await context.whyUnavailable(failure);
  if (unavailable !== undefined) throw unavailable;
  const code = await exitCodeOf(context, execId);
  if (code === undefined) throw failure ?? new Error("the engine does not say how the command ended");
  return code;
}

function output(socket: Duplex): Readable {
  return new Readable({
    highWaterMark: 256 * 1024,
    read() {
      socket.resume();
    },
  });
}

/** An output that nobody looks at must not stop the other one. */
function isRead(stream: Readable): boolean {
  return stream.readableFlowing !== null || stream.listenerCount("readable") > 0;
}

function inputOf(socket: Duplex): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, callback) {
      socket.write(chunk, callback);
    },
    final(callback) {
      socket.end(callback);
    },
    destroy(error, callback) {
      socket.end();
      callback(error);
    },
  });
}
