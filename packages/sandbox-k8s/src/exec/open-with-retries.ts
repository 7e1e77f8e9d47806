import { abortable, sleep } from "@mlebench/base";
import { OUTAGE_SECONDS } from "../api/cluster.js";
import { ClusterUnavailableError } from "../errors.js";

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;

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
