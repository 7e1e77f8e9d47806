import { type Metric, metricByName, type Scorer } from "@mlebench/scorer";
import { UsageError } from "../errors.js";
import { importUserModule } from "../plug-in/import-user-module.js";
import type { SandboxConfig } from "./mle-bench.js";
import type { Solver } from "./solver.js";

interface ModuleKinds {
  solver: Solver;
  scorer: Scorer;
  sandboxConfig: SandboxConfig;
}

/**
 * Imports a solver, scorer or sandbox config: `path` (its default export) or `path@name`, relative to the working
 * directory. A scorer may also be a function that makes one, and may name its metrics (`["accuracy", "stderr"]`).
 * @throws UsageError when the module can't be imported or does not export what was asked for.
 */
export async function loadModule<Kind extends keyof ModuleKinds>(
  kind: Kind,
  reference: string,
): Promise<ModuleKinds[Kind]> {
  const at = reference.lastIndexOf("@");
  const path = at > 0 ? reference.slice(0, at) : reference;
  const name = at > 0 ? reference.slice(at + 1) : "default";
  const module = await importUserModule(path, {
    what: `${kind} module`,
    code: "RUNNER_MODULE",
    hint: "Give the path of an ES module in JavaScript, for example ./my-solver.mjs or ./my-solver.mjs@solve.",
  });
  const exported = module[name];
  const value: unknown = kind === "scorer" && typeof exported === "function" ? await exported() : exported;
  if (kind !== "scorer" && typeof value === "function") return value as ModuleKinds[Kind];
  if (kind === "scorer" && isScorer(value)) return withNamedMetrics(value, path) as ModuleKinds[Kind];
  throw new UsageError({
    code: "RUNNER_MODULE",
    message: `${path} does not export a ${kind} as "${name}"; its exports are ${Object.keys(module).join(", ") || "none"}.`,
    hint: kind === "scorer" ? "A scorer has name, metrics and score." : `A ${kind} is a function.`,
  });
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
