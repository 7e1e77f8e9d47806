import { availableParallelism } from "node:os";
import { abortable, Semaphore, startDeadline } from "@mlebench/base";
import { getCompetition, getThresholds } from "@mlebench/competitions";
import { type GradingReport, gradeCsv, type ValidationResult, validateSubmission } from "@mlebench/grader";
import { fromRaised } from "../child-process/raised-error.js";
import { type BoundedWork, describeFailure, runBoundedProcess } from "../child-process/run-bounded-process.js";
import { memoryShareMiB } from "../child-process/usable-memory.js";
import { RunnerError } from "../errors.js";
import { plugInModules } from "../plug-in/plug-in-modules.js";
import { type OptionNames, refuseUnknown } from "../settings/check-options.js";
import { type SettingsAt, settingDefault } from "../settings/setting-values.js";
import type { GradingAnswer, GradingRequest } from "./grading-messages.js";

/** Bounds of grading, so that no submission and no grader can hang or crash a run. */
export type GradingLimits = Pick<
  SettingsAt<"run">,
  "gradingTimeoutSeconds" | "validationTimeoutSeconds" | "gradingMemoryMiB"
>;

/** What {@link gradeBounded} and {@link validateBounded} take. */
export interface BoundedGradingOptions extends GradingLimits {
  readonly privateDir: string;
  readonly signal?: AbortSignal;
}

/** Grading took too long, held too much memory, or broke down: an error of ours or of a plug-in, never a score. */
export class GradingError extends RunnerError {}

/** Whatever is within the bounds of a submission is graded in so much. */
const LEAST_GRADING_MIB = 4096;
/** Each is a process with a table in memory; more than one a CPU gains nothing. */
const places = new Semaphore(Math.max(2, availableParallelism()));
/** Competitions whose grader was registered by code that another process cannot load. */
const inProcess = new Set<string>();

const OPTIONS: OptionNames<BoundedGradingOptions> = {
  privateDir: true,
  signal: true,
  gradingTimeoutSeconds: true,
  validationTimeoutSeconds: true,
  gradingMemoryMiB: true,
};

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
  return await inBounds("grade", gradeCsv, submissionPath, competitionId, options);
}

/** Checks a submission as {@link gradeBounded} grades it. @throws GradingError */
export async function validateBounded(
  submissionPath: string,
  competitionId: string,
  options: BoundedGradingOptions,
): Promise<ValidationResult> {
  refuseUnknown(options, OPTIONS, "validateBounded");
  return await inBounds("validate", validateSubmission, submissionPath, competitionId, options);
}

/** @param judge does in this process what another does for a grader that it can load. */
async function inBounds<Result>(
  kind: GradingRequest["kind"],
  judge: (path: string, id: string, options: BoundedGradingOptions) => Promise<Result>,
  submissionPath: string,
  competitionId: string,
  options: BoundedGradingOptions,
): Promise<Result> {
  const work = workOf(kind, competitionId, options);
  const answer = await ask<Result>(kind, submissionPath, competitionId, options, work);
  if (answer.type === "result") return answer.result;
  // A loop cannot be interrupted in this process, but waiting for it can.
  const tookTooLong = (): GradingError => new GradingError(describeFailure({ type: "time" }, work));
  using deadline = startDeadline(work.timeoutSeconds * 1000, tookTooLong);
  const { privateDir } = options;
  const { signal } = deadline;
  return await abortable(judge(submissionPath, competitionId, { privateDir, signal }), signal);
}

type GradingWork = BoundedWork & Required<Pick<BoundedWork, "memoryMiB" | "timeoutSeconds">>;

function workOf(kind: GradingRequest["kind"], competitionId: string, limits: GradingLimits): GradingWork {
  const isGrading = kind === "grade";
  return {
    name: `${isGrading ? "Grading" : "Checking"} a submission of ${competitionId}`,
    code: "RUNNER_GRADING",
    memoryMiB: limits.gradingMemoryMiB ?? Math.max(memoryShareMiB(1 / 2), LEAST_GRADING_MIB),
    timeoutSeconds: isGrading
      ? (limits.gradingTimeoutSeconds ?? settingDefault("gradingTimeoutSeconds"))
      : (limits.validationTimeoutSeconds ?? settingDefault("validationTimeoutSeconds")),
    hints: {
      time: `Give it more with ${isGrading ? "--grading-timeout" : "--validation-timeout"} SECONDS, or look at the submission.`,
      memory: "Give it more with --grading-memory MIB, or look at the submission.",
    },
  };
}

async function ask<Result>(
  kind: GradingRequest["kind"],
  submissionPath: string,
  competitionId: string,
  { privateDir, signal }: BoundedGradingOptions,
  work: GradingWork,
): Promise<Exclude<GradingAnswer<Result>, { type: "error" }>> {
  const competition = getCompetition(competitionId);
  if (inProcess.has(competitionId)) return { type: "no-grader" };
  const request: GradingRequest = {
    kind,
    submissionPath,
    privateDir,
    competition,
    thresholds: getThresholds(competitionId),
    plugIns: plugInModules(),
  };
  const release = await places.acquire(signal);
  try {
    const outcome = await runBoundedProcess("grading-process.js", request, {
      ...work,
      signal,
      onMessage: (answer: GradingAnswer<Result>) => answer,
    });
    if (outcome.type !== "answer") throw new GradingError(describeFailure(outcome, work));
    const { answer } = outcome;
    if (answer.type === "error") throw new GradingError(fromRaised(answer, work.code));
    if (answer.type === "no-grader") inProcess.add(competitionId);
    return answer;
  } finally {
    release();
  }
}
