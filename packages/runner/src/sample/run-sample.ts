import type { Semaphore } from "@mlebench/base";
import { type EvalRetryError, type EvalSample, isoTime, type LiveSampleSource, type Score } from "@mlebench/eval-log";
import type { Scorer } from "@mlebench/scorer";
import { sampleDirectory } from "../artifacts-directory.js";
import { describeError, messageWithHint } from "../describe-error.js";
import type { PlannedSample } from "../plan/run-plan.js";
import type { SampleOutcome } from "../schedule/schedule.js";
import { type AttemptRecord, attemptSample, type SampleSetup } from "./attempt-sample.js";
import { noCalls } from "./record-calls.js";
import { round3, Transcript } from "./transcript.js";

/** Gives the scores of a graded sample by scorer name; undefined when the run does not score. */
type SampleScorer = (
  sample: PlannedSample,
  record: AttemptRecord,
  transcript: Transcript,
) => Promise<EvalSample["scores"]>;

export interface RunSampleOptions {
  readonly setup: SampleSetup;
  readonly scoreSample: SampleScorer;
  /** Attempts after the first one failed. */
  readonly retryOnError: number;
  /** Places of the sandboxes that may be up. */
  readonly sandboxes: Semaphore;
  /** Takes GPUs for a sample, where they are placed. */
  readonly acquireGpus?: (signal: AbortSignal) => Promise<{ readonly ids: readonly string[]; release(): void }>;
  readonly addSample: (sample: EvalSample) => Promise<void>;
  /** Lets others watch an attempt. @returns what ends it */
  readonly showSample: (source: LiveSampleSource) => () => void;
  readonly signal: AbortSignal;
  /** The competition could not be prepared: there is nothing to run, and this is why. */
  readonly preparationError?: unknown;
}

/** Runs one sample with its retries and writes it to the log. Never throws but for the log itself. */
export async function runSample(sample: PlannedSample, options: RunSampleOptions): Promise<SampleOutcome> {
  const { setup, signal } = options;
  const retries: EvalRetryError[] = [];
  const started = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    const startedAt = new Date();
    const transcript = new Transcript();
    const record: AttemptRecord = { validationCalls: noCalls() };
    setup.emit({ type: "sample-start", ...sample, attempt });
    const endShow = options.showSample({
      summary: () => ({
        id: sample.competitionId,
        epoch: sample.epoch,
        input: record.state?.input ?? "",
        target: "",
        metadata: {},
        started_at: isoTime(startedAt),
        message_count: record.progress?.messages ?? 0,
        model_usage: record.progress ? { [setup.model.id]: record.progress.usage } : {},
        retries: retries.length,
      }),
      events: () => transcript.events,
    });
    let failure: { readonly error: unknown } | undefined;
    try {
      if (options.preparationError !== undefined) throw options.preparationError;
      await withPlaces(options, (gpuIds) => attemptSample(sample, setup, record, { transcript, signal, gpuIds }));
    } catch (error) {
      failure = { error };
    }
    const cancelled = failure !== undefined && signal.aborted;
    const mayRetry = options.preparationError === undefined && !cancelled;
    if (failure && mayRetry && attempt <= options.retryOnError) {
      transcript.add({ event: "error", error: describeError(failure.error) });
      retries.push({ ...describeError(failure.error), events: transcript.events });
      endShow();
      setup.emit({ type: "sample-retry", ...sample, attempt, message: messageWithHint(failure.error) });
      continue;
    }
    let scores: EvalSample["scores"];
    if (!failure || (setup.scoreOnError && record.report)) {
      try {
        scores = await options.scoreSample(sample, record, transcript);
      } catch (error) {
        failure ??= { error };
      }
    }
    const logged = cancelled ? new Error("The sample was cancelled.") : failure?.error;
    const error = failure && describeError(logged);
    if (error) transcript.add({ event: "error", error });
    const given = { startedAt, scores, events: transcript.events, retries, error };
    await options.addSample(logSample(sample, setup, record, given));
    endShow();
    const status = !failure ? "finished" : cancelled ? "cancelled" : "error";
    const message = status === "error" ? messageWithHint(failure?.error) : undefined;
    setup.emit({
      type: "sample-end",
      ...sample,
      status,
      seconds: (performance.now() - started) / 1000,
      report: failure ? undefined : record.report,
      limit: record.agentsEnd?.deed ?? record.state?.limit?.type,
      error: message,
    });
    return { status, message };
  }
}

async function withPlaces(
  { sandboxes, acquireGpus, signal }: RunSampleOptions,
  work: (gpuIds: readonly string[] | undefined) => Promise<void>,
): Promise<void> {
  const gpus = await acquireGpus?.(signal);
  try {
    const release = await sandboxes.acquire(signal);
    try {
      await work(gpus?.ids);
    } finally {
      release();
    }
  } finally {
    gpus?.release();
  }
}

function logSample(
  { competitionId, epoch }: PlannedSample,
  setup: SampleSetup,
  record: AttemptRecord,
  given: Pick<EvalSample, "scores" | "events" | "error"> & { startedAt: Date; retries: EvalRetryError[] },
): EvalSample {
  const { state, kept, report, validationCalls } = record;
  const { startedAt, scores, events, retries, error } = given;
  const completedAt = new Date();
  const totalSeconds = (completedAt.getTime() - startedAt.getTime()) / 1000;
  const lastMessage = state?.messages.findLast((message) => message.role === "assistant");
  const { messages, timeSeconds, tokens } = setup.limits;
  return {
    id: competitionId,
    epoch,
    input: state?.input ?? "",
    target: "",
    sandbox: { type: setup.provider.name },
    messages: state?.messages ?? [],
    output: lastMessage && {
      model: setup.model.id,
      choices: [{ message: lastMessage, stop_reason: state?.output?.stopReason ?? "unknown" }],
      completion: state?.output?.completion ?? "",
    },
    scores,
    metadata: {
      competition_id: competitionId,
      validation_calls: validationCalls.valid + validationCalls.invalid + validationCalls.error,
      validation_calls_invalid: validationCalls.invalid,
      validation_calls_refused: validationCalls.refused || undefined,
      ended_by_agent: record.agentsEnd?.deed,
      grading_report: report,
      kept: kept && {
        directory: sampleDirectory("", { competitionId, epoch }),
        submission: kept.submissionPath !== undefined,
        code_files: kept.codeFiles,
        code_bytes: kept.codeBytes,
        code_truncated: kept.codeTruncated,
        code_renamed: kept.codeRenamed || undefined,
        submission_problem: kept.submissionProblem,
      },
      ...state?.metadata,
    },
    store: state?.store ?? {},
    events,
    model_usage: state?.usage && { [setup.model.id]: state.usage },
    started_at: isoTime(startedAt),
    completed_at: isoTime(completedAt),
    total_time: round3(totalSeconds),
    working_time: round3(Math.min(totalSeconds, state?.workingSeconds ?? totalSeconds)),
    error_retries: retries,
    error,
    limit: state?.limit && logLimit(state.limit),
    turn_count: state?.turns,
    message_limit: messages,
    time_limit: timeSeconds,
    token_limit: tokens,
  };
}

function logLimit(limit: NonNullable<NonNullable<AttemptRecord["state"]>["limit"]>): EvalSample["limit"] {
  // A solver may name a limit of its own; readers know only the log's types.
  const known = ["context", "time", "working", "message", "token", "turn", "cost", "operator"] as const;
  return { ...limit, type: known.find((type) => type === limit.type) ?? "custom" };
}

/**
 * Asks every scorer in turn and records what they say. A scorer that throws is an error of the sample, never a zero.
 */
export function sampleScorer(scorers: readonly Scorer[]): SampleScorer {
  return async (sample, { report, kept, state }, transcript) => {
    if (!report) throw new Error("There is no grading report to score.");
    return transcript.span("scorers", "scorers", async () => {
      const scores: Record<string, Score> = {};
      for (const scorer of scorers) {
        await transcript.span(scorer.name, "scorer", async () => {
          const score: Score = await scorer.score({
            sampleId: sample.competitionId,
            epoch: sample.epoch,
            report,
            submissionPath: kept?.submissionPath,
            messages: state?.messages,
            completion: state?.output?.completion,
          });
          scores[scorer.name] = score;
          transcript.add({ event: "score", score, target: "", scorer: scorer.name, intermediate: false });
        });
      }
      return scores;
    });
  };
}
