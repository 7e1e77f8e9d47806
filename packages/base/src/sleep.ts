import { startTimer } from "./timer.js";

/**
 * Waits, however long.
 * @throws the signal's own reason as soon as it is aborted.
 */
export async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      forget();
      reject(signal?.reason);
    };
    const forget = startTimer(milliseconds, () => {
      signal?.removeEventListener("abort", stop);
      resolve();
    });
    signal?.addEventListener("abort", stop, { once: true });
  });
}
