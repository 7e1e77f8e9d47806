import { startTimer } from "@mlebench/base";
import type { OnOutput } from "@mlebench/sandbox-compose/provider-kit";
import type { ExecConnection } from "./connection.js";

const START_SECONDS = 60;
/** What the API server says when it does not reach the kubelet, and the kubelet when it does not reach its runtime. */
const PASSING =
  /error dialing backend|error sending request|code = Unavailable|connection refused|connection reset|broken pipe|\bEOF\b|timeout|timed out/i;

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
