import type { Scorer } from "@mlebench/scorer";
import { UsageError } from "../errors.js";
import { importUserModule } from "../plug-in/import-user-module.js";
import type { SandboxConfig } from "./mle-bench.js";
import { withNamedMetrics } from "./named-metrics.js";
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
