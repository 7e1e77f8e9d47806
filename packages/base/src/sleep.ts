import { setTimeout } from "node:timers/promises";

/**
 * Waits.
 * @throws the signal's own reason as soon as it is aborted (node:timers/promises wraps it into an AbortError).
 */
export async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  try {
    await setTimeout(milliseconds, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
