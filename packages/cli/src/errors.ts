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

const MARK = Symbol.for("mlebench.CliError");

/** A mistake in the command line; printed as a message and a hint. */
export class CliUsageError extends Error {
  readonly code = "CLI_USAGE";
  readonly hint: string | undefined;
  readonly [MARK] = true;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = "CliUsageError";
    this.hint = hint;
  }

  static is(error: unknown): error is CliUsageError {
    return typeof error === "object" && error !== null && MARK in error;
  }
}

/** Codes of errors that are mistakes of the user, whatever package raised them. */
const USAGE_CODES =
  /^(?:CLI_USAGE|RUNNER_(?:USAGE|APPROVAL|TASK_|LIMIT|NOTHING_TO_RUN|SAMPLE_ID|FAIL_ON_ERROR|GPU_COUNT|MODULE|RESUME_)|COMPETITION_UNKNOWN|SPLIT_|COMPOSE_SPEC_INVALID|SANDBOX_(?:PROVIDER_UNKNOWN|OPTIONS_INVALID)|MODEL_(?:UNKNOWN_PROVIDER|OPTIONS|SCRIPT)|SCORER_(?:UNKNOWN_REDUCER|REDUCER_NEEDS_EPOCHS)|GRADER_UNKNOWN|REACT_OPTIONS)/;

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): number {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === "RUNNER_CANCELLED") return EXIT.interrupted;
  return typeof code === "string" && USAGE_CODES.test(code) ? EXIT.usage : EXIT.failure;
}
