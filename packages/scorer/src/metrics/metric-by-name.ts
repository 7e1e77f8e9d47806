import { ScorerError } from "../errors.js";
import { ci, ciWilson } from "./intervals.js";
import { accuracy, mean, std, variance } from "./means.js";
import type { Metric } from "./metric.js";
import { bootstrapStderr, stderr } from "./stderr.js";

const METRICS: Readonly<Record<string, () => Metric>> = {
  accuracy,
  mean,
  std,
  var: variance,
  stderr,
  bootstrap_stderr: bootstrapStderr,
  ci,
  ci_wilson: ciWilson,
};

/**
 * A metric with its default options by the name that Inspect has for it, for modules that cannot import this package.
 * @throws ScorerError `SCORER_UNKNOWN_METRIC` with the names there are.
 */
export function metricByName(name: string): Metric {
  const make = Object.hasOwn(METRICS, name) ? METRICS[name] : undefined;
  if (make) return make();
  throw new ScorerError({
    code: "SCORER_UNKNOWN_METRIC",
    message: `There is no metric "${name}".`,
    hint: `The metrics are ${Object.keys(METRICS).join(", ")}; a metric of one's own has name, params and compute.`,
  });
}
