import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openEvalLog } from "./open-eval-log.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "regular-file-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it("refuses a folder as a log", async () => {
  await expect(openEvalLog(directory)).rejects.toMatchObject({
    code: "EVAL_LOG_NOT_A_LOG",
    message: expect.stringContaining("is a folder"),
  });
});

it.runIf(process.platform !== "win32")("refuses a pipe as a log instead of waiting for its writer", async () => {
  for (const name of ["pipe.eval", "pipe.json"]) {
    execFileSync("mkfifo", [join(directory, name)]);
    await expect(openEvalLog(join(directory, name))).rejects.toMatchObject({ code: "EVAL_LOG_NOT_A_LOG" });
  }
});
