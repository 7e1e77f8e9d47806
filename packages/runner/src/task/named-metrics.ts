import { type Metric, metricByName, type Scorer } from "@mlebench/scorer";
import { UsageError } from "../errors.js";

/**
 * A scorer as a module gives it: its metrics may be names, since a module outside of any project can import nothing.
 * @throws UsageError, ScorerError when something in its place is no metric: now and not after hours of work.
 */
export function withNamedMetrics(scorer: Scorer, where: string): Scorer {
  const toMetric = (given: unknown): Metric => {
    if (typeof given === "string") return metricByName(given);
    if (isMetric(given)) return { ...given, params: given.params ?? {} };
    throw new UsageError({
      code: "RUNNER_MODULE",
      message: `The scorer of ${where} has a metric that is none: ${JSON.stringify(given) ?? typeof given}.`,
      hint: 'Metrics are names such as "accuracy" and "stderr", or objects with name, params and compute.',
    });
  };
  const given: unknown = scorer.metrics;
  if (Array.isArray(given)) return rebuilt(scorer, given.map(toMetric));
  const byKey = Object.entries(given ?? {}).map(([key, list]) => [key, [list].flat().map(toMetric)]);
  return rebuilt(scorer, Object.fromEntries(byKey));
}

/** The scorer itself stays behind it, so that methods of a class keep their `this`. */
function rebuilt(scorer: Scorer, metrics: Scorer["metrics"]): Scorer {
  return {
    name: scorer.name,
    ...(scorer.params ? { params: scorer.params } : {}),
    metrics,
    score: (context) => scorer.score(context),
  };
}

function isMetric(value: unknown): value is Metric {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    typeof Reflect.get(value, "compute") === "function"
  );
}
