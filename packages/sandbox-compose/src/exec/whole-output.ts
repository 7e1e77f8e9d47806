import { Readable } from "node:stream";
import type { ExecStream } from "../provider.js";

/**
 * The output of a command, which ends only once the command is known to have: an archive that a lost sandbox cut short
 * between two files looks whole.
 */
export function wholeOutput({ stdout, exit }: ExecStream): Readable {
  async function* chunks(): AsyncIterable<Buffer> {
    for await (const chunk of stdout) yield chunk;
    await exit;
  }
  return Readable.from(chunks(), { objectMode: false });
}
