import { Semaphore } from "@mlebench/base";
import { RunnerError } from "../errors.js";
import type { PlannedSample } from "../plan/run-plan.js";
import type { FailOnError } from "../settings/readers.js";

export interface SampleOutcome {
  readonly status: "finished" | "error" | "cancelled";
  /** Why, for an error. */
  readonly message?: string;
}

export interface ScheduleOptions {
  readonly samples: readonly PlannedSample[];
  /** Makes a competition's data ready; called once per competition, and never for two epochs at a time. */
  readonly prepare: (competitionId: string, signal: AbortSignal) => Promise<void>;
  /**
   * Runs one sample to its end, errors included. `preparationError` is set when its data could not be prepared: then
   * there is nothing to run and the error is to be recorded.
   */
  readonly runSample: (
    sample: PlannedSample,
    options: { readonly signal: AbortSignal; readonly preparationError?: unknown },
  ) => Promise<SampleOutcome>;
  /** Samples that run at a time. */
  readonly maxSamples: number;
  /** Competitions that are prepared at a time. @default 1 */
  readonly maxPreparations?: number;
  /** Competitions that may be prepared before their first sample starts; more would only fill the disk. @default 2 */
  readonly prepareAhead?: number;
  /** @default true */
  readonly failOnError?: FailOnError;
  /** Run every sample also when the policy has already failed the run. @default false */
  readonly continueOnFail?: boolean;
  readonly signal?: AbortSignal;
}

export interface ScheduleResult {
  readonly finished: number;
  readonly errors: number;
  readonly cancelled: number;
  /** True when `failOnError` says so. */
  readonly failed: boolean;
}

/**
 * Runs samples with preparation overlapped: while some competitions run, the next ones are prepared in plan order, and a
 * sample takes a running place only once its data is there.
 */
export async function runSchedule({
  samples,
  prepare,
  runSample,
  maxSamples,
  maxPreparations = 1,
  prepareAhead = 2,
  failOnError = true,
  continueOnFail = false,
  signal,
}: ScheduleOptions): Promise<ScheduleResult> {
  const stop = new AbortController();
  const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const places = new Semaphore(maxSamples);
  const preparations = new Semaphore(maxPreparations);
  const ahead = new Semaphore(Math.max(prepareAhead, maxPreparations));
  const counts = { finished: 0, errors: 0, cancelled: 0 };

  const runOne = async (
    sample: PlannedSample,
    preparationError: { readonly error: unknown } | undefined,
    onStart: () => void,
  ): Promise<void> => {
    let release: () => void;
    try {
      release = await places.acquire(stopped);
    } catch {
      counts.cancelled += 1;
      return;
    }
    try {
      onStart();
      const outcome = await runSample(sample, {
        signal: stopped,
        preparationError: preparationError?.error,
      });
      if (outcome.status === "finished") counts.finished += 1;
      else if (outcome.status === "cancelled") counts.cancelled += 1;
      else {
        counts.errors += 1;
        if (!continueOnFail && failsRun(failOnError, counts.errors, samples.length)) {
          stop.abort(
            new RunnerError({
              code: "RUNNER_STOPPED_BY_ERRORS",
              message: "The run was stopped, because errors of its samples fail it.",
              kind: "cancelled",
            }),
          );
        }
      }
    } finally {
      release();
    }
  };

  const runCompetition = async (competitionId: string): Promise<void> => {
    const ownSamples = samples.filter((sample) => sample.competitionId === competitionId);
    let releaseAhead: () => void = () => undefined;
    let failure: { readonly error: unknown } | undefined;
    try {
      releaseAhead = await ahead.acquire(stopped);
      const releasePreparation = await preparations.acquire(stopped);
      try {
        await prepare(competitionId, stopped);
      } finally {
        releasePreparation();
      }
    } catch (error) {
      if (stopped.aborted) {
        releaseAhead();
        counts.cancelled += ownSamples.length;
        return;
      }
      failure = { error };
    }
    await Promise.all(ownSamples.map((sample) => runOne(sample, failure, releaseAhead)));
    releaseAhead();
  };

  const ids = [...new Set(samples.map(({ competitionId }) => competitionId))];
  const results = await Promise.allSettled(ids.map(runCompetition));
  const broken = results.find((result) => result.status === "rejected");
  if (broken) throw broken.reason;
  return { ...counts, failed: failsRun(failOnError, counts.errors, samples.length) };
}

/** True when so many errors out of so many samples fail the run. */
export function failsRun(policy: FailOnError, errors: number, samples: number): boolean {
  if (errors === 0 || policy === false) return false;
  if (policy === true) return true;
  return policy < 1 ? errors / samples >= policy : errors >= policy;
}
