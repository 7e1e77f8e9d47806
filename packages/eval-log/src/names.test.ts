import { expect, it } from "vitest";
import { evalLogFileName } from "./eval-log-file-name.js";
import { sampleMember, sampleNames } from "./member-names.js";

const created = "2026-11-23T23:07:23+00:00";

it("names logs as Inspect does", () => {
  expect(evalLogFileName({ created, task: "mle_bench", taskId: "2ZRr" })).toBe(
    "2026-11-23T23-07-23-00-00_mle-bench_2ZRr.eval",
  );
  expect(evalLogFileName({ created, task: "inspect_evals/mle_bench_lite", taskId: "a_b/c" })).toBe(
    "2026-11-23T23-07-23-00-00_mle-bench-lite_a-b-c.eval",
  );
  expect(evalLogFileName({ created, task: "t", taskId: "i", model: "openai/gpt_5", pattern: "{model}_{task}" })).toBe(
    "2026-11-23T23-07-23-00-00_openai-gpt-5_t.eval",
  );
  expect(evalLogFileName({ created, task: "t{id}", taskId: "{task}" })).toBe(
    "2026-11-23T23-07-23-00-00_t{id}_{task}.eval",
  );
});

it("never lets a name leave the directory", () => {
  expect(evalLogFileName({ created, task: "../../etc", taskId: "..\\x" })).not.toMatch(/[/\\]/);
});

it("reads id and epoch back from a member's name, whatever the id", () => {
  for (const id of ["spaceship-titanic", "a_epoch_3", "a/b", "x\ny", "7"]) {
    expect(sampleNames([sampleMember(id, 12)])).toEqual([
      { name: `samples/${id}_epoch_12.json`, id, epoch: 12, folder: false },
    ]);
  }
});
