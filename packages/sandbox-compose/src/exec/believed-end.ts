import { sleep } from "@mlebench/base";
import type { RunningCommand } from "./run-command.js";
import type { WrappedOutputs } from "./wrapped-outputs.js";

const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 250;
/** What an ended command wrote may still be on its way. */
const LONGEST_DELIVERY_MS = 500;

/** How a command ended by the word of what runs it. */
export interface CommandExit {
  /** Undefined when only the end is known. */
  readonly exitCode: number | undefined;
}

/**
 * Waits for the end of a command that no output of the command can feign: a written end makes whoever runs the command be
 * asked, until it says so. A daemon that holds the outputs open does not matter.
 * @param isWanted false stops the waiting.
 * @returns undefined when the connection was over before, or nobody waits any more
 */
export async function believedEnd(
  { askExit, over }: Pick<RunningCommand, "askExit" | "over">,
  outputs: WrappedOutputs,
  isWanted: () => boolean,
): Promise<CommandExit | undefined> {
  let isOver = false;
  const done = over.then(() => {
    isOver = true;
  });
  await Promise.race([outputs.written, done]);
  for (let pause = FIRST_PAUSE_MS; !isOver && isWanted(); pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    // Who does not answer also ends the connection.
    const exit = await askExit(outputs.wrapper).catch(() => undefined);
    if (exit !== undefined) {
      await Promise.race([outputs.bothWritten, done, sleep(LONGEST_DELIVERY_MS)]);
      return exit;
    }
    outputs.stillRuns();
    await Promise.race([sleep(pause), done]);
  }
  return isOver && outputs.end !== undefined ? askExit(outputs.wrapper).catch(() => undefined) : undefined;
}
