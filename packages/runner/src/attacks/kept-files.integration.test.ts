import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createLocalProvider, type Sandbox } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { scoreLog } from "../score/score-log.js";
import { type Attacked, type AttackOptions, makeAttacked, removeAttacked } from "../test-support/attacked-run.js";
import { type DeedRun, expectResult, keptFile, runDeed } from "../test-support/deed-run.js";
import { dockerProblem } from "../test-support/docker-problem.js";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const problem = await dockerProblem();

/** Blocks that a folder really takes, in bytes. */
async function realBytes(directory: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    bytes += (await stat(join(entry.parentPath, entry.name))).blocks * 512;
  }
  return bytes;
}

async function namesBelow(directory: string): Promise<string[]> {
  return (await readdir(directory, { recursive: true })).sort();
}

describe.each(["docker", "local"] as const)("what a %s sandbox leaves beside the log", (kind) => {
  const skip = kind === "docker" && problem !== undefined;
  let attacked: Attacked;
  beforeAll(async () => {
    attacked = await makeAttacked();
  });
  afterAll(() => removeAttacked(attacked));

  const run = async (script: string, options: AttackOptions = {}): Promise<DeedRun & { readonly kept: string }> => {
    await using provider = kind === "local" ? createLocalProvider({ env: attacked.env }) : undefined;
    const deed = (sandbox: Sandbox) =>
      sandbox.exec(["bash", "-c", `cd '${sandbox.paths.home}'\n${script}`], { timeoutSeconds: 120 });
    const done = await runDeed(attacked, deed, { ...(provider && { provider }), ...options });
    return { ...done, kept: join(done.result.artifactsDirectory, `${done.sample.id}_epoch_1`) };
  };

  it.skipIf(skip).each([
    ["a sparse submission of 3 GB", "truncate -s 3G submission/submission.csv"],
    ["a sparse submission of 300 MB", "truncate -s 300M submission/submission.csv"],
    ["300 MB of real rows", "yes row-0,guess | head -c 300000000 >submission/submission.csv"],
  ])("takes no room for %s, and is invalid with the numbers", async (_name, script) => {
    const started = performance.now();
    const done = await run(script);
    expectResult(done);
    expect(done.result.samples[0]?.report).toMatchObject({
      valid_submission: false,
      submission_exists: true,
      score: null,
      reason: expect.stringMatching(
        /^The submission has \d+ bytes; at most 268435456 are read \(268435456, or 4 times the \d+ bytes of sample_submission.csv/,
      ),
    });
    expect(await realBytes(done.kept)).toBeLessThan(100_000);
    expect(performance.now() - started).toBeLessThan(120_000);
  });

  it.skipIf(skip)("keeps the holes of a sparse submission that may be read", async () => {
    const done = await run("truncate -s 200M submission/submission.csv");
    expectResult(done);
    expect((await stat(join(done.kept, "submission.csv"))).size).toBe(200 * 2 ** 20);
    expect(await realBytes(done.kept)).toBeLessThan(2_000_000);
    expect(done.result.samples[0]?.report).toMatchObject({ valid_submission: false, submission_exists: true });
  });

  it.skipIf(skip)("keeps the holes of sparse code, and no more than is kept of any", async () => {
    const done = await run("truncate -s 40M code/a; truncate -s 40G code/b; echo 1 >code/c");
    expectResult(done);
    expect(done.sample.metadata).toMatchObject({ kept: { code_truncated: true } });
    expect(await realBytes(join(done.kept, "code"))).toBeLessThan(2_000_000);
  });

  it.skipIf(skip)("has no name that a program looks for in all folders above", async () => {
    const done = await run(`cd code; mkdir -p .git/hooks deep/.direnv node_modules/.bin
for f in .env .ENV .npmrc .envrc .python-version .tool-versions .yarnrc.yml .pnp.cjs .git/config .git/hooks/pre-commit \\
  deep/.env deep/.direnv/x package.json pnpm-workspace.yaml mise.toml node_modules/.bin/mlebench model.mjs _.env; do echo "$f" >"$f"; done; exit 0`);
    expectResult(done);
    const kept = await namesBelow(join(done.kept, "code"));
    const names = kept.flatMap((path) => path.split("/"));
    expect(names.filter((name) => /^\.|^(?:node_modules|package\.json|mise\.toml|pnpm-workspace)/i.test(name))).toEqual(
      [],
    );
    expect(await keptFile(done, "code/_.env")).toBe(".env\n");
    expect(await keptFile(done, "code/__.env")).toBe("_.env\n");
    expect(await keptFile(done, "code/model.mjs")).toBe("model.mjs\n");
    expect(await keptFile(done, "code/_.git/hooks/pre-commit")).toBe(".git/hooks/pre-commit\n");
    expect(await keptFile(done, "code/_node_modules/_.bin/mlebench")).toBe("node_modules/.bin/mlebench\n");
    expect(done.sample.metadata).toMatchObject({ kept: { code_renamed: expect.any(Number) } });
  });

  it.skipIf(skip)("has nothing that can be started, and no special mode", async () => {
    const done = await run(`cd code; for f in run setuid sticky; do printf '#!/bin/sh\\n' >$f; done
chmod 755 run; chmod 6755 setuid; chmod 1777 sticky; chmod 777 ../submission/submission.csv; exit 0`);
    for (const name of ["submission.csv", "code/run", "code/setuid", "code/sticky"]) {
      expect((await stat(join(done.kept, name))).mode & 0o7777, name).toBe(0o644);
    }
  });

  it.skipIf(skip)("is found by a later score, with the same reason where nothing was kept", async () => {
    for (const script of [
      "cp data/sample_submission.csv submission/submission.csv",
      "truncate -s 3G submission/submission.csv",
    ]) {
      const done = await run(script);
      const before = done.result.samples[0]?.report;
      const { samples } = await scoreLog(done.result.logPath, { dataDir: join(attacked.directory, "data") });
      expect(samples[0]?.report).toMatchObject({
        score: before?.score,
        valid_submission: before?.valid_submission,
        submission_exists: before?.submission_exists,
      });
      expect(samples[0]?.report?.reason).toBe(before?.reason);
    }
  });
});

it("an upward search from a kept folder meets nothing of the agent's", async () => {
  const attacked = await makeAttacked();
  await using provider = createLocalProvider({ env: attacked.env });
  const done = await runDeed(
    attacked,
    (sandbox) =>
      sandbox.exec(["bash", "-c", `cd '${sandbox.paths.code}'; mkdir -p a/b; echo X=1 | tee .env a/.env a/b/.env`]),
    { provider },
  );
  const code = join(done.result.artifactsDirectory, `${done.sample.id}_epoch_1`, "code");
  for (const folder of ["", "a", "a/b"]) expect(await readdir(join(code, folder))).not.toContain(".env");
  expect((await readdir(join(code, "a", "b")))[0]).toBe("_.env");
  await removeAttacked(attacked);
});
