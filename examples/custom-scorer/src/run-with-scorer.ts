import { demoDefaults, mleBench, mleBenchScorer, type RunResult, registerDemo, runEval } from "@mlebench/runner";
import shareOfGold from "./share-of-gold.js";

/** Runs the demo with the usual scorer and one's own; the log has both. */
export async function runWithScorer(directory: string): Promise<RunResult> {
  registerDemo();
  const { competitions, model } = demoDefaults();
  return runEval({
    task: await mleBench({
      competitions,
      sandboxType: "local",
      dataDir: `${directory}/data`,
      scorer: [mleBenchScorer(), shareOfGold()],
    }),
    model: model ?? "mock/demo",
    logDir: `${directory}/logs`,
  });
}
