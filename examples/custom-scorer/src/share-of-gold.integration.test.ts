import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvalLog } from "@mlebench/runner";
import { expect, it } from "vitest";
import { runWithScorer } from "./run-with-scorer.js";

it("stands beside the three booleans, with its own metrics", async () => {
  const directory = await mkdtemp(join(tmpdir(), "custom-scorer-"));
  try {
    const { results, logPath } = await runWithScorer(directory);
    expect(results?.scores.map(({ name }) => name)).toEqual([
      "valid_submission",
      "above_median",
      "any_medal",
      "share_of_gold",
    ]);
    // The demo's model reaches 0.93862 between the median 0.9 and gold 0.941.
    expect(results?.scores.at(-1)?.metrics["accuracy"]?.value).toBeCloseTo(0.942, 3);
    const [sample] = (await readEvalLog(logPath)).samples ?? [];
    expect(sample?.scores?.["share_of_gold"]?.explanation).toBe("0.93862 between 0.9 and 0.941");
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
