#!/usr/bin/env node
// Runs the harness straight from the TypeScript sources of all packages, so that a changed line counts at once.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// A file that was just added to a competitions folder takes part without a further step.
for (const name of ["grader", "data-prep"]) {
  const script = here("../../../scripts/generate-registry.mjs");
  spawnSync(process.execPath, [script, here(`../../${name}/src/competitions`)], { stdio: "inherit" });
}

const { status } = spawnSync(
  process.execPath,
  [
    "--disable-warning=ExperimentalWarning",
    "--import",
    new URL("./register-typescript.mjs", import.meta.url).href,
    here("../src/main.ts"),
    ...process.argv.slice(2),
  ],
  { stdio: "inherit" },
);
process.exit(status ?? 1);
