import { UsageError } from "../errors.js";
import { importUserModule } from "../plug-in/import-user-module.js";
import type { SandboxConfig } from "./mle-bench.js";
import type { Solver } from "./solver.js";

interface ModuleKinds {
  solver: Solver;
  sandboxConfig: SandboxConfig;
}

/**
 * Imports a solver or sandbox config: `path` (its default export) or `path@name`, relative to the working directory.
 * @throws UsageError when the module can't be imported or does not export what was asked for.
 */
export async function loadModule<Kind extends keyof ModuleKinds>(
  kind: Kind,
  reference: string,
): Promise<ModuleKinds[Kind]> {
  const { exported, refuse } = await loadExport(kind, reference);
  if (typeof exported === "function") return exported as ModuleKinds[Kind];
  throw refuse(`A ${kind} is a function.`);
}

/** What a module exports under the name of a reference, and the error for what is not what it should be. */
export async function loadExport(kind: string, reference: string) {
  const at = reference.lastIndexOf("@");
  const path = at > 0 ? reference.slice(0, at) : reference;
  const name = at > 0 ? reference.slice(at + 1) : "default";
  const module = await importUserModule(path, {
    what: `${kind} module`,
    code: "RUNNER_MODULE",
    hint: "Give the path of an ES module in JavaScript, for example ./my-solver.mjs or ./my-solver.mjs@solve.",
  });
  const refuse = (hint: string): UsageError =>
    new UsageError({
      code: "RUNNER_MODULE",
      message: `${path} does not export a ${kind} as "${name}"; its exports are ${Object.keys(module).join(", ") || "none"}.`,
      hint,
    });
  return { path, exported: module[name], refuse };
}
