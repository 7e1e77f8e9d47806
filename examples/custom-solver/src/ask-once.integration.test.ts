import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvalLog } from "@mlebench/runner";
import { expect, it } from "vitest";
import { runAskOnce } from "./run-ask-once.js";

it("solves the demo competition with one answer of the model, and the log has it", async () => {
  const directory = await mkdtemp(join(tmpdir(), "custom-solver-"));
  try {
    const result = await runAskOnce(directory);
    expect(result).toMatchObject({ status: "success", exitCode: 0 });
    expect(result.samples[0]?.report).toMatchObject({ valid_submission: true, gold_medal: false });
    const [sample] = (await readEvalLog(result.logPath)).samples ?? [];
    expect(sample?.messages?.map(({ role }) => role)).toEqual(["user", "assistant"]);
    expect(sample?.store).toMatchObject({ exitCode: 0 });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
