import { availableParallelism, totalmem } from "node:os";
import { getCompetition, getThresholds } from "@mlebench/competitions";
import { type GradingReport, gradeCsv, type ValidationResult, validateSubmission } from "@mlebench/grader";
import { causeOf, type RaisedError } from "../child-process/raised-error.js";
import { RunnerError } from "../errors.js";
import { plugInModules } from "../plug-in/plug-in-modules.js";
import { Semaphore } from "../schedule/semaphore.js";
import { type OptionNames, refuseUnknown } from "../settings/check-options.js";
import type { GradingAnswer } from "./grading-messages.js";
import { runGradingProcess } from "./run-grading-process.js";

/** Bounds of grading, so that no submission and no grader can hang or crash a run. */
export interface GradingLimits {
  /** Seconds that grading one submission may take. @default 600 */
  readonly gradingTimeoutSeconds?: number;
  /** Seconds that one call of the validation endpoint may take. @default 300 */
  readonly validationTimeoutSeconds?: number;
  /** Memory of one grading or validation. @default half of the machine's, at least 2048 */
  readonly gradingMemoryMiB?: number;
}

/** What {@link gradeBounded} and {@link validateBounded} take. */
export interface BoundedGradingOptions extends GradingLimits {
  readonly privateDir: string;
  readonly signal?: AbortSignal;
}

const OPTIONS: OptionNames<BoundedGradingOptions> = {
  privateDir: true,
  signal: true,
  gradingTimeoutSeconds: true,
  validationTimeoutSeconds: true,
  gradingMemoryMiB: true,
};

/** Grading took too long, held too much memory, or broke down: an error of ours or of a plug-in, never a score. */
export class GradingError extends RunnerError {}

/** Each is a process with a table in memory; more than one a CPU gains nothing. */
const places = new Semaphore(Math.max(2, availableParallelism()));
/** Competitions whose grader was registered by code that another process can't load. */
const inProcess = new Set<string>();

/**
 * Grades a submission in a process of its own with a time limit and a memory limit.
 *
 * A grader that was registered with `registerGrader` by the calling program, and not by a plug-in module, is a closure
 * that no other process can load; it runs in this process, where only a grader that waits can be given up.
 * @throws GradingError when a limit is exceeded or the grader breaks down.
 */
export async function gradeBounded(
  submissionPath: string,
  competitionId: string,
  options: BoundedGradingOptions,
): Promise<GradingReport> {
  refuseUnknown(options, OPTIONS, "gradeBounded");
  const { privateDir, gradingTimeoutSeconds: timeoutSeconds = 600 } = options;
  const answer = await ask("grade", submissionPath, competitionId, { ...options, timeoutSeconds });
  if (answer.type === "report") return answer.report;
  return givenUpAfter(timeoutSeconds, "grade", competitionId, (signal) =>
    gradeCsv(submissionPath, competitionId, { privateDir, signal }),
  );
}

/** Checks a submission as {@link gradeBounded} grades it. @throws GradingError */
export async function validateBounded(
  submissionPath: string,
  competitionId: string,
  options: BoundedGradingOptions,
): Promise<ValidationResult> {
  refuseUnknown(options, OPTIONS, "validateBounded");
  const { privateDir, validationTimeoutSeconds: timeoutSeconds = 300 } = options;
  const answer = await ask("validate", submissionPath, competitionId, { ...options, timeoutSeconds });
  if (answer.type === "validation") return answer.result;
  return givenUpAfter(timeoutSeconds, "validate", competitionId, (signal) =>
    validateSubmission(submissionPath, competitionId, { privateDir, signal }),
  );
}

type Kind = "grade" | "validate";

async function ask(
  kind: Kind,
  submissionPath: string,
  competitionId: string,
  { privateDir, gradingMemoryMiB, timeoutSeconds, signal }: BoundedGradingOptions & { readonly timeoutSeconds: number },
): Promise<GradingAnswer> {
  const competition = getCompetition(competitionId);
  if (inProcess.has(competitionId)) return { type: "no-grader" };
  const memoryMiB = gradingMemoryMiB ?? Math.max(2048, Math.floor(totalmem() / 2 ** 21));
  const release = await places.acquire(signal);
  try {
    const outcome = await runGradingProcess(
      {
        kind,
        submissionPath,
        privateDir,
        competition,
        thresholds: getThresholds(competitionId),
        plugIns: plugInModules(),
        maxBytes: memoryMiB * 2 ** 20,
      },
      { timeoutSeconds, signal },
    );
    if (outcome.type === "time") throw tookTooLong(kind, competitionId, timeoutSeconds);
    if (outcome.type === "memory") throw heldTooMuch(kind, competitionId, memoryMiB);
    if (outcome.type === "crash") throw brokeDown(kind, competitionId, outcome);
    if (outcome.answer.type === "error") throw raised(outcome.answer);
    if (outcome.answer.type === "no-grader") inProcess.add(competitionId);
    return outcome.answer;
  } finally {
    release();
  }
}

/** For graders of this process: a loop can't be interrupted here, but waiting for it can. */
async function givenUpAfter<T>(
  timeoutSeconds: number,
  kind: Kind,
  competitionId: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = AbortSignal.timeout(timeoutSeconds * 1000);
  const late = new Promise<never>((_, reject) => {
    limit.addEventListener("abort", () => reject(tookTooLong(kind, competitionId, timeoutSeconds)), { once: true });
  });
  return Promise.race([work(limit), late]);
}

function tookTooLong(kind: Kind, competitionId: string, seconds: number): GradingError {
  const option = kind === "grade" ? "--grading-timeout" : "--validation-timeout";
  return new GradingError({
    code: "RUNNER_GRADING_TIME",
    message: `${wordFor(kind)} a submission of ${competitionId} took more than ${seconds} seconds and was ended.`,
    hint: `Give it more with ${option} SECONDS, or look at the submission.`,
  });
}

function heldTooMuch(kind: Kind, competitionId: string, memoryMiB: number): GradingError {
  return new GradingError({
    code: "RUNNER_GRADING_MEMORY",
    message: `${wordFor(kind)} a submission of ${competitionId} needed more than ${memoryMiB} MiB of memory and was ended.`,
    hint: "Give it more with --grading-memory MIB, or look at the submission.",
  });
}

function brokeDown(
  kind: Kind,
  competitionId: string,
  { how, stderr }: { readonly how: string; readonly stderr: string },
): GradingError {
  return new GradingError({
    code: "RUNNER_GRADING_CRASH",
    message: `The process that was ${wordFor(kind).toLowerCase()} a submission of ${competitionId} broke down (${how}).`,
    ...(stderr.trim() === "" ? {} : { cause: new Error(stderr.trim()) }),
  });
}

/** An error of the grading process, with its code and with its stack as the cause. */
function raised(error: RaisedError): GradingError {
  const { code = "RUNNER_GRADING", message, hint } = error;
  return new GradingError({ code, message, hint, cause: causeOf(error) });
}

function wordFor(kind: Kind): string {
  return kind === "grade" ? "Grading" : "Checking";
}
