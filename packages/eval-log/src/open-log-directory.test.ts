import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openLogDirectory } from "./open-log-directory.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "log-directory-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it("makes the folder and leaves nothing in it", async () => {
  const path = join(directory, "a", "b");
  expect(await openLogDirectory(path)).toBe(path);
  expect(await openLogDirectory(path)).toBe(path);
  expect(await readdir(path)).toEqual([]);
  expect(await readdir(directory)).toEqual(["a"]);
});

it("says why a folder can't be used and what to do", async () => {
  await writeFile(join(directory, "file"), "");
  for (const path of [join(directory, "file"), join(directory, "file", "below")]) {
    await expect(openLogDirectory(path)).rejects.toMatchObject({
      code: "EVAL_LOG_DIRECTORY",
      message: expect.stringContaining("a file is in its place"),
      hint: expect.stringContaining("--log-dir"),
    });
  }
});

it.runIf(process.platform === "linux")("gives up where nobody can make a folder, root included", async () => {
  await expect(openLogDirectory("/proc/mlebench-logs")).rejects.toMatchObject({ code: "EVAL_LOG_DIRECTORY" });
});
