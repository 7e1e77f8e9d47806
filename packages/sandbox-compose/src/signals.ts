import { constants } from "node:os";

/** What {@link disposeOnSignal} takes. */
export interface DisposeOnSignalOptions {
  /** @default SIGINT, SIGTERM and SIGHUP */
  readonly signals?: readonly NodeJS.Signals[];
  /** Told before the disposal begins. */
  readonly onSignal?: (signal: NodeJS.Signals) => void;
  /** What ends the program once all is disposed of. @default exits with 128 + the signal's number */
  readonly exit?: (code: number) => void;
}

/**
 * Disposes of a provider (and so of all its sandboxes) when the program is told to end, then ends it. A second signal ends
 * it at once; what is left then is found by the next clean-up.
 * @returns what takes the handlers away again
 * @example using guard = disposeOnSignal(provider);
 */
export function disposeOnSignal(target: AsyncDisposable, options: DisposeOnSignalOptions = {}): Disposable {
  const { signals = ["SIGINT", "SIGTERM", "SIGHUP"], exit = (code) => process.exit(code) } = options;
  let disposing = false;
  const handle = (signal: NodeJS.Signals) => {
    const end = () => exit(128 + constants.signals[signal]);
    if (disposing) {
      end();
      return;
    }
    disposing = true;
    options.onSignal?.(signal);
    target[Symbol.asyncDispose]().then(end, end);
  };
  for (const signal of signals) process.on(signal, handle);
  return {
    [Symbol.dispose]() {
      for (const signal of signals) process.removeListener(signal, handle);
    },
  };
}
