import { RunCancelledError } from "@mlebench/runner";
import { EXIT } from "../errors.js";
import { toStderr } from "../output/print.js";

const RUN_ENDING = "ending the run and removing its sandboxes";
const CLEANUP = "`mlebench sandbox cleanup`, with the run's --sandbox, removes what is left";

/** Ctrl-C, `kill`, and a terminal or connection that is closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs work that ends early when the user says so: the first of the signals aborts and lets the work clean up, the second
 * one ends the process at once.
 * @param options.ending what the first one leads to, in words. @default that of a run, which has sandboxes
 */
export async function withInterrupts<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { ending }: { readonly ending?: string } = {},
): Promise<T> {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      toStderr(`\nStopped at once${ending === undefined ? `; ${CLEANUP}` : ""}.\n`);
      process.exit(EXIT.interrupted);
    }
    toStderr(`\n${name}: ${ending ?? RUN_ENDING}; once more to stop at once.\n`);
    controller.abort(new Error(`stopped by ${name}`));
    // Whoever waits learns of it; and Node aborts when it exits on a terminal that is gone.
    if (name === "SIGHUP") process.once("exit", () => process.kill(process.pid, "SIGHUP"));
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? new RunCancelledError({ cause: error }) : error;
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal);
  }
}
