import { CodedError } from "@mlebench/base";

/** How the process ends. */
export const EXIT = {
  ok: 0,
  /** The work failed, or some of it: the log or the output says what. */
  failure: 1,
  /** What was asked for makes no sense; nothing was started. */
  usage: 2,
  /** Stopped by Ctrl-C, as shells count it. */
  interrupted: 130,
} as const;

/** A mistake in the command line; printed as a message and a hint. */
export class CliUsageError extends CodedError<"CLI_USAGE"> {
  static override readonly packageName = "@mlebench/cli";

  constructor(message: string, hint?: string) {
    super({ code: "CLI_USAGE", message, hint, kind: "usage" });
  }
}

const EXIT_OF_KIND = { failure: EXIT.failure, usage: EXIT.usage, cancelled: EXIT.interrupted };

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): number {
  return CodedError.is(error) ? EXIT_OF_KIND[error.kind] : EXIT.failure;
}
