import fc from "fast-check";

/**
 * Property tests try the same cases in every run, so that a red run says something about the change under test.
 * `MLEBENCH_PROPERTY_SEED` (a number, or `random`) tries others, `MLEBENCH_PROPERTY_RUNS` more of them.
 */
const seed = process.env.MLEBENCH_PROPERTY_SEED ?? "20260101";
const runs = process.env.MLEBENCH_PROPERTY_RUNS;

fc.configureGlobal({
  ...(seed === "random" ? {} : { seed: Number(seed) }),
  ...(runs === undefined ? {} : { numRuns: Number(runs) }),
});
