import type { EvalMetric, EvalResults, EvalSampleReductions, EvalScore, Score } from "@mlebench/base/log-types";
import { ScorerError } from "./errors.js";
import { accuracy } from "./metrics/means.js";
import type { Metric } from "./metrics/metric.js";
import { stderr } from "./metrics/stderr.js";
import { mleBenchScorer } from "./mle-bench-scorer.js";
import type { Reducer } from "./reducers/reducer.js";
import { meanReducer, parseReducer } from "./reducers/reducers.js";
import { isNamedValues, isUnscored, type SampleScore } from "./score.js";
import { isMetricList, type ScorerInfo } from "./scorer.js";

/** One (id, epoch) that has run; an EvalSample or a summary of a log fits. */
export interface EvaluatedSample {
  readonly id: string | number;
  readonly epoch: number;
  readonly scores?: Readonly<Record<string, Score>>;
  /** Set when the sample ended in an error. */
  readonly error?: unknown;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** What {@link evalResults} takes. */
export interface EvalResultsOptions {
  /** Samples times epochs that were to run. @default the number of samples given */
  readonly totalSamples?: number;
  /** @default [mleBenchScorer()] */
  readonly scorers?: readonly ScorerInfo[];
  /** How epochs become one value; null keeps every epoch as a row of its own. @default the mean, unnamed in the results */
  readonly reducers?: readonly (Reducer | string)[] | null;
  /** The number to show first. @default the first metric of the first result */
  readonly headline?: { readonly scorer?: string; readonly score?: string; readonly metric?: string };
}

/**
 * Reduces the epochs of each sample and computes each scorer's metrics over the reduced values: accuracy and standard
 * error come out as Inspect has them. A sample that ended in an error, and so has no score, is left out of the values
 * as there, but counted: in `unscored_samples` of every row and in `metadata.errored_samples`.
 */
export function evalResults(
  samples: readonly EvaluatedSample[],
  { totalSamples = samples.length, scorers = [mleBenchScorer()], reducers, headline }: EvalResultsOptions = {},
): { results: EvalResults; reductions: EvalSampleReductions[] } {
  const epochs = Math.max(...samples.map(({ epoch }) => epoch), 1);
  const views = reducerViews(reducers, epochs);
  const scores: EvalScore[] = [];
  const reductions: EvalSampleReductions[] = [];
  for (const scorer of [...scorers, ...undeclaredScorers(samples, scorers)]) {
    for (const { reducer, name } of views) {
      const rows = reducer ? reduceSamples(samples, scorer.name, reducer) : everyEpoch(samples, scorer.name);
      scores.push(...scoreRows(scorer, rows, name));
      if (!reducer) continue;
      reductions.push({
        scorer: scorer.name,
        reducer: name,
        samples: rows
          .filter(({ hasScore }) => hasScore)
          .map(({ score, sampleId }) => ({ ...score, sample_id: sampleId })),
      });
    }
  }
  const failed = samples.filter(({ error }) => error !== undefined && error !== null).length;
  return {
    results: {
      total_samples: totalSamples,
      completed_samples: samples.length - failed,
      scores,
      headline: pickHeadline(scores, headline),
      metadata: { errored_samples: failed },
    },
    reductions,
  };
}

interface Row extends SampleScore {
  /** False when no epoch has a score, which happens when they all failed. */
  readonly hasScore: boolean;
}

interface ReducerView {
  readonly reducer?: Reducer;
  readonly name?: string;
}

function reducerViews(reducers: EvalResultsOptions["reducers"], epochs: number): ReducerView[] {
  if (reducers === null) return [{}];
  if (reducers === undefined || reducers.length === 0) return [{ reducer: meanReducer() }];
  return reducers.map((entry) => {
    const reducer = typeof entry === "string" ? parseReducer(entry, { epochs }) : entry;
    return { reducer, name: reducer.name };
  });
}

/** Scorers that samples carry without anybody having declared them: one row per key, or one for a plain value. */
function undeclaredScorers(samples: readonly EvaluatedSample[], declared: readonly ScorerInfo[]): ScorerInfo[] {
  const known = new Set(declared.map(({ name }) => name));
  const found = new Map<string, ScorerInfo>();
  for (const { scores = {} } of samples) {
    for (const [name, { value }] of Object.entries(scores)) {
      if (known.has(name) || found.has(name) || isUnscored(value)) continue;
      const metrics = [accuracy(), stderr()];
      found.set(name, { name, metrics: isNamedValues(value) ? { "*": metrics } : metrics });
    }
  }
  return [...found.values()];
}

function reduceSamples(samples: readonly EvaluatedSample[], scorer: string, reducer: Reducer): Row[] {
  const groups = new Map<string, EvaluatedSample[]>();
  for (const sample of samples) {
    const key = String(sample.id);
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  return [...groups.values()].map((group) => {
    const scores = group.map((sample) => sample.scores?.[scorer]).filter((score) => score !== undefined);
    return {
      score: scores.length === 0 ? { value: Number.NaN } : reducer.reduce(scores),
      sampleId: group[0]?.id,
      sampleMetadata: group[0]?.metadata,
      hasScore: scores.length > 0,
    };
  });
}

function everyEpoch(samples: readonly EvaluatedSample[], scorer: string): Row[] {
  return samples.map((sample) => ({
    score: sample.scores?.[scorer] ?? { value: Number.NaN },
    sampleId: sample.id,
    sampleMetadata: sample.metadata,
    hasScore: sample.scores?.[scorer] !== undefined,
  }));
}

function scoreRows(scorer: ScorerInfo, rows: readonly Row[], reducer: string | undefined): EvalScore[] {
  const result = (
    name: string,
    values: readonly SampleScore[],
    metrics: readonly Metric[],
    byKey: boolean,
  ): EvalScore => {
    const scored = values.filter(({ score }) => !isUnscored(score.value));
    return {
      name,
      scorer: scorer.name,
      reducer,
      scored_samples: scored.length,
      unscored_samples: values.length - scored.length,
      params: { ...scorer.params },
      metrics: computeMetrics(metrics, scored, byKey),
    };
  };
  if (isMetricList(scorer.metrics)) return [result(scorer.name, rows, scorer.metrics, false)];
  return expandKeys(scorer.metrics, rows).map(([key, metrics]) =>
    result(
      key,
      rows.map((row) => ({ ...row, score: { ...row.score, value: valueAt(scorer.name, row, key) } })),
      metrics,
      true,
    ),
  );
}

function expandKeys(
  metrics: Readonly<Record<string, readonly Metric[]>>,
  rows: readonly Row[],
): [string, readonly Metric[]][] {
  const example = rows.map(({ score }) => score.value).find(isNamedValues) ?? {};
  return Object.entries(metrics).flatMap(([key, list]): [string, readonly Metric[]][] => {
    if (key !== "*") return [[key, list]];
    return Object.keys(example)
      .filter((name) => !(name in metrics))
      .map((name) => [name, list]);
  });
}

function valueAt(scorer: string, { score: { value }, sampleId }: Row, key: string): Exclude<Score["value"], object> {
  if (isUnscored(value)) return value;
  if (isNamedValues(value) && key in value) return value[key] ?? Number.NaN;
  throw new ScorerError({
    code: "SCORER_MISSING_KEY",
    message: `${scorer} has a metric for ${key}, but the score of sample ${sampleId ?? "?"} has no such key.`,
    hint: "Let the scorer give the same keys for every sample, or NaN for a sample that it could not score.",
  });
}

function computeMetrics(
  metrics: readonly Metric[],
  scored: readonly SampleScore[],
  byKey: boolean,
): Record<string, EvalMetric> {
  const computed: Record<string, EvalMetric> = {};
  for (const metric of metrics) {
    const value = metric.compute(scored);
    const params = { ...metric.params };
    if (typeof value === "number") {
      const name = freeName(metric.name, computed);
      // Nothing scored is not the same as nothing right.
      computed[name] = { name: metric.name, value: scored.length === 0 ? Number.NaN : value, params };
    } else {
      for (const [part, partValue] of Object.entries(value)) {
        const name = freeName(byKey ? `${metric.name}_${part}` : part, computed);
        computed[name] = { name: part, group: metric.name, value: partValue, params };
      }
    }
  }
  return computed;
}

function freeName(name: string, taken: Readonly<Record<string, unknown>>): string {
  if (!(name in taken)) return name;
  let index = 2;
  while (`${name}${index}` in taken) index += 1;
  return `${name}${index}`;
}

function pickHeadline(
  scores: readonly EvalScore[],
  wanted: EvalResultsOptions["headline"] = {},
): EvalResults["headline"] | undefined {
  const chosen = scores.find(
    ({ scorer, name, metrics }) =>
      (wanted.scorer === undefined || wanted.scorer === scorer) &&
      (wanted.score === undefined || wanted.score === name) &&
      (wanted.metric === undefined || wanted.metric in metrics),
  );
  const score = chosen ?? scores[0];
  if (!score) return undefined;
  const metric = chosen && wanted.metric !== undefined ? wanted.metric : Object.keys(score.metrics)[0];
  if (metric === undefined) return undefined;
  const { scorer, name, reducer } = score;
  return { scorer, score: name, reducer, metric };
}
