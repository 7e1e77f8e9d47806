import { printableJson } from "@mlebench/base";
import { rendered } from "./style.js";

/** Writes text to stdout; of all that it holds, only our own styles steer a terminal. */
export function toStdout(text: string): void {
  process.stdout.write(rendered(text));
}

/** {@link toStdout} for stderr. */
export function toStderr(text: string): void {
  process.stderr.write(rendered(text));
}

/**
 * Writes JSON, or a piece of it, to stdout: the same value, with everything escaped that would steer a terminal.
 * @returns false when the reader is slower.
 */
export function jsonToStdout(json: string): boolean {
  return process.stdout.write(printableJson(json));
}
