import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { vi } from "vitest";

/**
 * Property tests try the same cases in every run, so that a red run says something about the change under test.
 * `MLEBENCH_TEST_SEED` (a number, or `random`) tries others, and repeats the moments that `testRandom` chose; `MLEBENCH_PROPERTY_RUNS` tries more of them.
 */
// Logs that tests write are sealed with a key of their own, not with that of whoever runs them.
process.env.XDG_STATE_HOME = join(tmpdir(), "mlebench-tests-state");

const seed = process.env.MLEBENCH_TEST_SEED ?? "20260101";
const runs = process.env.MLEBENCH_PROPERTY_RUNS;

fc.configureGlobal({
  ...(seed === "random" ? {} : { seed: Number(seed) }),
  ...(runs === undefined ? {} : { numRuns: Number(runs) }),
});

if (process.env.MLEBENCH_TESTS === "quick") {
  // Files share a worker, and with it the loaded dependencies, but no module of ours: registries begin empty.
  vi.resetModules();
  for (const name of ["spawn", "spawnSync", "fork", "exec", "execSync", "execFile", "execFileSync"] as const) {
    Object.assign(childProcess, {
      [name](command: string) {
        throw new Error(`A quick test must not start ${command}: call its file *.integration.test.ts.`);
      },
    });
  }
  syncBuiltinESMExports();
}
