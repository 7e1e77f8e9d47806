import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createEvalLog, evalLogSamples } from "./index.js";
import { exampleSample, exampleSpec } from "./testing/index.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "eval-log-samples-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it("reads samples one by one", async () => {
  const writer = await createEvalLog({ directory, spec: exampleSpec() });
  for (let epoch = 1; epoch <= 3; epoch += 1) await writer.addSample(exampleSample({ epoch }));
  await writer.finish({ status: "success" });
  const epochs: number[] = [];
  for await (const sample of evalLogSamples(writer.path)) epochs.push(sample.epoch);
  expect(epochs).toEqual([1, 2, 3]);
});
