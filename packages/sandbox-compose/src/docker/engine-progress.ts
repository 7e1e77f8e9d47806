import type { Readable } from "node:stream";
import { EngineError } from "./engine-answers.js";

/** One line of a build's or pull's progress. */
export interface ProgressLine {
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly progress?: string;
  readonly error?: string;
}

/** Reports every line until the engine has no more to say. */
export async function followProgress(
  stream: NodeJS.ReadableStream,
  onLine: (line: ProgressLine) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const readable = stream as Readable;
  const abort = () => readable.destroy(new Error("aborted"));
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) abort();
  let rest = "";
  try {
    for await (const chunk of readable) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) report(line, onLine);
    }
    report(rest, onLine);
  } catch (error) {
    signal?.throwIfAborted();
    throw new EngineError(`the daemon's answer broke off: ${String(error)}`, undefined, error);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

function report(line: string, onLine: (line: ProgressLine) => void): void {
  if (line.trim() !== "") onLine(JSON.parse(line) as ProgressLine);
}
