import { type Metric, metricByName, type Scorer } from "@mlebench/scorer";
import { UsageError } from "../errors.js";
import { loadExport } from "./load-module.js";

/**
 * Imports scorers: `path` (its default export) or `path@name`, one or several. A module exports a scorer, a list of
 * them, or a function that makes either; a scorer may name its metrics (`["accuracy", "stderr"]`).
 * @throws UsageError when a module can't be imported or exports something else, or two scorers have one name.
 */
export async function loadScorers(references: string | readonly string[]): Promise<readonly Scorer[]> {
  const scorers: Scorer[] = [];
  for (const reference of [references].flat()) {
    const { path, exported, refuse } = await loadExport("scorer", reference);
    const made: unknown = typeof exported === "function" ? await exported() : exported;
    const found: readonly unknown[] = Array.isArray(made) ? made : [made];
    if (found.length === 0 || !found.every(isScorer)) {
      throw refuse("A scorer has name, metrics and score; a list has one or more of them.");
    }
    scorers.push(...found.map((scorer) => withNamedMetrics(scorer, path)));
  }
  const twice = scorers.find(({ name }, index) => scorers.findIndex((each) => each.name === name) !== index);
  if (twice !== undefined) {
    throw new UsageError({
      code: "RUNNER_MODULE",
      message: `Two scorers are called ${twice.name}.`,
      hint: "Give one of them another name: results are kept under it.",
    });
  }
  return scorers;
}

function isScorer(value: unknown): value is Scorer {
  return typeof value === "object" && value !== null && "name" in value && "metrics" in value && "score" in value;
}

/**
 * A scorer as a module gives it: its metrics may be names, since a module outside of any project can import nothing.
 * @throws UsageError, ScorerError when something in its place is no metric: now and not after hours of work.
 */
function withNamedMetrics(scorer: Scorer, where: string): Scorer {
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
