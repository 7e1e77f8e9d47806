import { RunCancelledError } from "@mlebench/runner";
import { EXIT } from "../errors.js";
import { toStderr } from "../output/print.js";

const RUN_ENDING = "ending the run and removing its sandboxes";
const CLEANUP = "`mlebench sandbox cleanup`, with the run's --sandbox, removes what is left";

/**
 * Runs work that ends early when the user says so: the first Ctrl-C (or SIGTERM) aborts the signal and lets the work
 * clean up, the second one ends the process at once.
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
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? new RunCancelledError({ cause: error }) : error;
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}
