import { abortable, sleep, startTimer } from "@mlebench/base";
import type { OnOutput } from "@mlebench/sandbox-compose/provider-kit";
import { OUTAGE_SECONDS } from "../api/cluster.js";
import { ClusterUnavailableError } from "../errors.js";
import type { ExecConnection } from "./connection.js";

const START_SECONDS = 60;
/** What the API server says when it does not reach the kubelet, and the kubelet when it does not reach its runtime. */
const PASSING =
  /error dialing backend|error sending request|code = Unavailable|connection refused|connection reset|broken pipe|\bEOF\b|timeout|timed out/i;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;

/**
 * Opens an exec and waits for the first byte of its shell, which is taken out. The API server opens a connection before
 * it knows whether there is a node behind it; until that byte came nothing was sent, so nothing has run.
 * @throws Error when it did not start and may yet; what never will is told by the connection itself
 */
export async function openStarted(
  open: (onOutput: OnOutput) => Promise<ExecConnection>,
  onOutput: OnOutput,
  signal?: AbortSignal,
): Promise<ExecConnection> {
  let start: () => void = () => undefined;
  const started = new Promise<"started">((resolve) => {
    start = () => resolve("started");
  });
  let isStarted = false;
  const connection = await open((stream, chunk) => {
    if (isStarted || stream === "stderr") {
      onOutput(stream, chunk);
      return;
    }
    isStarted = true;
    start();
    if (chunk.length > 1) onOutput(stream, chunk.subarray(1));
  });
  const stop = () => connection.terminate();
  const forgetTimer = startTimer(START_SECONDS * 1000, stop);
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted === true) stop();
  const first = await Promise.race([started, connection.closed]);
  forgetTimer();
  signal?.removeEventListener("abort", stop);
  if (first === "started") return connection;
  signal?.throwIfAborted();
  if (first === undefined) throw new Error("the connection was lost before the command started");
  if (first.exitCode === 0) throw new Error("the node was lost before the command started");
  if (first.exitCode === undefined && PASSING.test(first.message)) throw new Error(first.message);
  return connection;
}

export interface OpenPatientlyOptions {
  /** Why trying again has no point; undefined while the pod is well. May take as long as the API server is away. */
  readonly whyNot: (cause: unknown) => Promise<Error | undefined>;
  /** The error when all the tries were in vain. */
  readonly inVain: (cause: unknown) => Error;
  readonly signal?: AbortSignal;
}

/**
 * Opens a connection, and again when that fails for a reason that passes. An exec that was not opened has run nothing, so
 * this never runs a command twice.
 */
export async function openPatiently<Connection>(
  open: () => Promise<Connection>,
  { whyNot, inVain, signal }: OpenPatientlyOptions,
): Promise<Connection> {
  const deadline = performance.now() + OUTAGE_SECONDS * 1000;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    signal?.throwIfAborted();
    try {
      return await open();
    } catch (error) {
      if (ClusterUnavailableError.is(error)) throw error;
      const why = whyNot(error);
      const reason = await (signal === undefined ? why : abortable(why, signal));
      if (reason !== undefined) throw reason;
      if (performance.now() > deadline) throw inVain(error);
      await sleep(pause, signal);
    }
  }
}
