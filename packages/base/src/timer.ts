/** setTimeout fires at once above this many milliseconds. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/**
 * Runs `callback` once after `milliseconds`, however many they are; Infinity is never.
 * @param options.unref lets the process end before. @default false
 * @returns the function that forgets it.
 */
export function startTimer(
  milliseconds: number,
  callback: () => void,
  options: { readonly unref?: boolean } = {},
): () => void {
  const deadline = performance.now() + milliseconds;
  let timer: ReturnType<typeof setTimeout>;
  const arm = (remaining: number) => {
    const isLast = remaining <= LONGEST_TIMEOUT;
    timer = setTimeout(
      () => (isLast ? callback() : arm(deadline - performance.now())),
      isLast ? Math.max(0, remaining) : LONGEST_TIMEOUT,
    );
    if (options.unref) timer.unref();
  };
  arm(milliseconds);
  return () => clearTimeout(timer);
}

/** A signal that aborts after a time; dispose of it when the work is over, or its timer keeps the process alive. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * A signal that aborts after `milliseconds`, however many they are.
 * @param reason what the signal is aborted with. @default a `TimeoutError` as of `AbortSignal.timeout`
 */
export function startDeadline(milliseconds: number, reason?: () => unknown): Deadline {
  const controller = new AbortController();
  const expire = () =>
    controller.abort(reason?.() ?? new DOMException("The operation was aborted due to timeout", "TimeoutError"));
  const forget = startTimer(milliseconds, expire);
  return { signal: controller.signal, [Symbol.dispose]: forget };
}
