import type { CodedErrorOptions } from "@mlebench/base";
import type { BoundedFailure } from "./run-bounded-process.js";

/** The work of a bounded process, for the errors about it. */
export interface BoundedWork {
  /** What it did, as the beginning of a sentence: "Preparing leaf-classification". */
  readonly name: string;
  /** What the codes begin with. */
  readonly code: string;
  readonly memoryMiB?: number;
  readonly timeoutSeconds?: number;
  readonly hints: Readonly<Partial<Record<BoundedFailure["type"], string>>>;
}

/** What an error about a bounded process without an answer is made of. */
export function describeFailure(
  failure: BoundedFailure,
  { name, code, memoryMiB, timeoutSeconds, hints }: BoundedWork,
): CodedErrorOptions {
  const hint = hints[failure.type];
  switch (failure.type) {
    case "time":
      return { code: `${code}_TIME`, message: `${name} took more than ${timeoutSeconds} seconds and was ended.`, hint };
    case "memory":
      return {
        code: `${code}_MEMORY`,
        message: `${name} needed more than ${memoryMiB} MiB of memory and was ended.`,
        hint,
      };
    case "crash": {
      const said = failure.stderr.trim();
      return {
        code: `${code}_CRASH`,
        message: `The process that was ${name.charAt(0).toLowerCase()}${name.slice(1)} broke down (${failure.how}).`,
        hint,
        cause: said === "" ? undefined : new Error(said),
      };
    }
  }
}
