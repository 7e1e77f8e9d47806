import { Writable } from "node:stream";
import {
  checkCommand,
  type ExecStream,
  endTree,
  markedOutputs,
  newCommandMark,
  type StreamOptions,
  type TreeSignal,
  UnsupportedUserError,
  wrapCommand,
} from "@mlebench/sandbox-compose";
import { PodUnavailableError } from "../errors.js";
import { bootCommand, bootScript, userRefusal } from "./boot.js";
import type { ExecConnection, OnData } from "./connection.js";
import { type ExecContext, signalMarked } from "./driver.js";

const NOT_STARTED_EXIT_CODE = 126;
const FIRST_STDERR_CHARS = 1024;

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
  const script = bootScript(wrapCommand(command, mark, { cwd: options.cwd }), { env: options.env, user, input: true });
  let connection: ExecConnection | undefined;
  const outputs = markedOutputs(mark.token, () => connection?.resume());
  let firstStderr = "";
  const take: OnData = (stream, chunk) => {
    if (stream === "stderr" && firstStderr.length < FIRST_STDERR_CHARS) firstStderr += chunk.toString("utf8");
    if (!outputs.push(stream, chunk)) connection?.pause();
  };
  const opened = await context.open(bootCommand(script), take, options.signal);
  connection = opened;
  opened.write(script, () => undefined);
  const status = opened.closed.finally(() => outputs.finish());
  const kill = async (graceSeconds?: number): Promise<void> => {
    // Nobody reads any more, and the word of the command's end is behind what was not read.
    outputs.drop();
    try {
      const signal = (name: TreeSignal) => signalMarked(context, name, mark.mark);
      const ended = () => outputs.ended || opened.ended();
      if (!(await endTree({ signal, ended, graceSeconds }))) throw await context.abandon();
    } finally {
      opened.terminate();
    }
  };
  const onAbort = () => {
    kill(0).catch(() => opened.terminate());
  };
  options.signal?.addEventListener("abort", onAbort, { once: true });
  let killed = false;
  const exit = outputs.end.then(async (end) => {
    options.signal?.removeEventListener("abort", onAbort);
    if (end !== undefined) {
      // A daemon that the command left behind may hold the other end for ever.
      opened.terminate();
      return { exitCode: end.exitCode };
    }
    const refusal = userRefusal(firstStderr);
    if (refusal !== undefined) throw new UnsupportedUserError(user ?? "", "k8s", refusal);
    const written = await status;
    // A success that the command itself did not write is what the API server makes of a lost node.
    if (written !== undefined && written.exitCode !== 0) return { exitCode: written.exitCode ?? NOT_STARTED_EXIT_CODE };
    const unavailable = await context.whyUnavailable();
    if (unavailable !== undefined) throw unavailable;
    if (killed || options.signal?.aborted === true) return { exitCode: 137 };
    throw new PodUnavailableError(context.sandboxId, "daemon", "the connection to its pod was lost.");
  });
  exit.catch(() => undefined);
  return {
    stdin: inputOf(opened),
    stdout: outputs.stdout,
    stderr: outputs.stderr,
    exit,
    kill() {
      killed = true;
      return kill();
    },
  };
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
