import { proveWritable, whyNotWritable } from "@mlebench/eval-log";
import { RunnerError } from "./errors.js";

/**
 * Proves before the work begins that its results can be written to a folder; makes nothing yet.
 * @throws RunnerError `RUNNER_OUTPUT_DIR`
 */
export async function checkOutputDirectory(directory: string): Promise<void> {
  try {
    await proveWritable(directory);
  } catch (cause) {
    throw new RunnerError({
      code: "RUNNER_OUTPUT_DIR",
      message: `The output folder ${directory} can't be used: ${whyNotWritable(cause)}.`,
      hint: "Give a folder you may write to; it is made when it is missing.",
      cause,
    });
  }
}
