import type { EvalLog, EvalSample, EvalSampleSummary } from "@mlebench/base/log-types";
import { resolveSample } from "./condense-sample.js";
import { openEvalLog } from "./open-eval-log.js";

/** What {@link readEvalSample} takes. */
export interface ReadSampleOptions {
  /**
   * "full" puts pools and attachments back in place; "pools" only the pools, as Inspect does by default; "none" gives
   * the sample as stored.
   * @default "full"
   */
  readonly resolve?: "full" | "pools" | "none";
}

/** What {@link readEvalLog} takes. */
export interface ReadEvalLogOptions extends ReadSampleOptions {
  /** Leave the samples unread. @default false */
  readonly header?: boolean;
}

/**
 * Reads a log of either kind (.eval or .json), also one that is still being written or was left by a crash: it has the
 * status `started` then. For logs too large for memory use {@link evalLogSamples}.
 * @throws EvalLogError
 */
export async function readEvalLog(
  path: string,
  { header = false, ...options }: ReadEvalLogOptions = {},
): Promise<EvalLog> {
  await using log = await openEvalLog(path);
  const head = await log.header();
  if (header) return head;
  const samples: EvalSample[] = [];
  for (const { id, epoch } of log.sampleKeys()) samples.push(resolvedSample(await log.sample(id, epoch), options));
  return { ...head, samples };
}

/** Reads one sample. @throws EvalLogError `EVAL_LOG_SAMPLE_NOT_FOUND` */
export async function readEvalSample(
  path: string,
  id: string | number,
  epoch = 1,
  options: ReadSampleOptions = {},
): Promise<EvalSample> {
  await using log = await openEvalLog(path);
  return resolvedSample(await log.sample(id, epoch), options);
}

/** The rows of all samples; cheap, whatever the samples weigh. */
export async function readEvalSampleSummaries(path: string): Promise<EvalSampleSummary[]> {
  await using log = await openEvalLog(path);
  return await log.summaries();
}

/** All samples, one in memory at a time. */
export async function* evalLogSamples(path: string, options: ReadSampleOptions = {}): AsyncGenerator<EvalSample> {
  await using log = await openEvalLog(path);
  for (const { id, epoch } of log.sampleKeys()) yield resolvedSample(await log.sample(id, epoch), options);
}

/** A stored sample in the form that is asked for. */
export function resolvedSample(sample: EvalSample, { resolve = "full" }: ReadSampleOptions): EvalSample {
  return resolve === "none" ? sample : resolveSample(sample, { attachments: resolve === "full" });
}
