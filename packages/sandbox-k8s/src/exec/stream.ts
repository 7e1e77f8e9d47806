import { Readable, Writable } from "node:stream";
import {
  checkCommand,
  type ExecStream,
  endTree,
  newCommandMark,
  type StreamOptions,
  type TreeSignal,
  UnsupportedUserError,
  wrapStream,
} from "@mlebench/sandbox-compose";
import { PodUnavailableError } from "../errors.js";
import { bootCommand, bootScript, userRefusal } from "./boot.js";
import type { ExecConnection, OnData } from "./connection.js";
import { type ExecContext, signalMarked } from "./driver.js";

const NOT_STARTED_EXIT_CODE = 126;

/** Starts a command whose streams the caller drives. */
export async function streamInPod(
  context: ExecContext,
  command: readonly string[],
  options: StreamOptions,
): Promise<ExecStream> {
  checkCommand(command, options);
  options.signal?.throwIfAborted();
  const mark = newCommandMark();
  const user = options.user ?? context.defaultUser;
  const script = bootScript(wrapStream(command, mark, { cwd: options.cwd }), { env: options.env, user, input: true });
  let connection: ExecConnection | undefined;
  const output = () => new Readable({ highWaterMark: 256 * 1024, read: () => connection?.resume() });
  const stdout = output();
  const stderr = output();
  let firstStderr = "";
  let ending = false;
  const take: OnData = (stream, chunk) => {
    if (stream === "stderr" && firstStderr.length < 1024) firstStderr += chunk.toString("utf8");
    if (ending) return;
    const target = stream === "stdout" ? stdout : stderr;
    // An output that nobody looks at must not stop the other one.
    if (!target.push(chunk) && isRead(target)) connection?.pause();
  };
  const opened = await context.open(bootCommand(script), take, options.signal);
  connection = opened;
  opened.write(script, () => undefined);
  const kill = async (graceSeconds?: number): Promise<void> => {
    // Nobody reads any more, and the word of the command's end is behind what was not read.
    ending = true;
    opened.resume();
    try {
      const signal = (name: TreeSignal) => signalMarked(context, name, mark.mark);
      if (!(await endTree({ signal, ended: () => opened.ended(), graceSeconds }))) throw await context.abandon();
    } finally {
      opened.terminate();
    }
  };
  const onAbort = () => {
    kill(0).catch(() => opened.terminate());
  };
  options.signal?.addEventListener("abort", onAbort, { once: true });
  let killed = false;
  const exit = opened.closed.then(async (status) => {
    options.signal?.removeEventListener("abort", onAbort);
    stdout.push(null);
    stderr.push(null);
    const refusal = userRefusal(firstStderr);
    if (refusal !== undefined) throw new UnsupportedUserError(user ?? "", "k8s", refusal);
    if (status !== undefined) return { exitCode: status.exitCode ?? NOT_STARTED_EXIT_CODE };
    const unavailable = await context.whyUnavailable();
    if (unavailable !== undefined) throw unavailable;
    if (killed || options.signal?.aborted === true) return { exitCode: 137 };
    throw new PodUnavailableError(context.sandboxId, "daemon", "the connection to the API server was lost.");
  });
  exit.catch(() => undefined);
  return {
    stdin: inputOf(opened),
    stdout,
    stderr,
    exit,
    kill() {
      killed = true;
      return kill();
    },
  };
}

function isRead(stream: Readable): boolean {
  return stream.readableFlowing !== null || stream.listenerCount("readable") > 0;
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
