import { RunCancelledError } from "@mlebench/runner";
import { EXIT } from "../errors.js";

/**
 * Runs work that ends early when the user says so: the first Ctrl-C (or SIGTERM) aborts the signal and lets the work
 * clean up, the second one ends the process at once.
 * @param options.ending what the first one leads to, in words.
 */
export async function withInterrupts<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { ending = "ending the run and removing its sandboxes" }: { readonly ending?: string } = {},
): Promise<T> {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      process.stderr.write(
        "\nStopped at once; `mlebench sandbox cleanup`, with the run's --sandbox, removes what is left.\n",
      );
      process.exit(EXIT.interrupted);
    }
    process.stderr.write(`\n${name}: ${ending}; once more to stop at once.\n`);
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
