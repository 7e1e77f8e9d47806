import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvalLog } from "@mlebench/runner";
import { expect, it } from "vitest";
import { RECORDING_PROVIDER, runRecorded } from "./run-recorded.js";

it("is selected by its path, gets its options, and sees every command of the agent", async () => {
  const directory = await mkdtemp(join(tmpdir(), "sandbox-provider-"));
  try {
    const result = await runRecorded({ directory, modulePath: RECORDING_PROVIDER });
    expect(result.exitCode).toBe(0);
    const commands = await readFile(join(directory, "commands.txt"), "utf8");
    expect(commands).toContain("cat data/description.md");
    expect(commands).toContain("node code/train.mjs");
    expect((await readEvalLog(result.logPath, { header: true })).eval.sandbox).toMatchObject({
      type: RECORDING_PROVIDER,
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
