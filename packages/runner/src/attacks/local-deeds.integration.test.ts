import { createLocalProvider, type Sandbox } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Attacked, makeAttacked, removeAttacked } from "../test-support/attacked-run.js";
import { expectDeed, expectResult, expectScored, runDeed } from "../test-support/deed-run.js";
import { hasOwnProcesses } from "../test-support/own-processes.js";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

describe.each(["auto", "never"] as const)("what an agent does to its local sandbox (bubblewrap %s)", (bubblewrap) => {
  let attacked: Attacked;
  beforeAll(async () => {
    attacked = await makeAttacked();
  });
  afterAll(() => removeAttacked(attacked));

  const sh = (sandbox: Sandbox, script: string, timeoutSeconds = 20) =>
    sandbox.exec(["bash", "-c", script], { timeoutSeconds });
  const run = async (deed: (sandbox: Sandbox) => Promise<unknown>, skip: (why: string) => void) => {
    await using provider = createLocalProvider({ bubblewrap, env: attacked.env });
    let apart = false;
    const done = await runDeed(
      attacked,
      async (sandbox) => {
        apart = await hasOwnProcesses(sandbox);
        if (apart) await deed(sandbox);
      },
      { provider },
    );
    if (!apart) skip("this machine gives no process tree of its own");
    return done;
  };

  it.for<readonly [name: string, deed: (sandbox: Sandbox) => Promise<unknown>]>([
    ["while a command waits", (sandbox: Sandbox) => sh(sandbox, "kill -9 -1; sleep 10")],
    [
      "before the next command",
      async (sandbox: Sandbox) => {
        await sh(sandbox, "kill -9 -1").catch(() => undefined);
        await sh(sandbox, "echo next");
      },
    ],
    ["in its last command", (sandbox: Sandbox) => sh(sandbox, "kill -9 -1").catch(() => undefined)],
    ["when nobody looks", (sandbox: Sandbox) => sh(sandbox, "(sleep 1; kill -9 -1) >/dev/null 2>&1 &")],
  ])("is a result when it kills everything %s", async ([, deed], { skip }) => {
    const done = await run(deed, skip);
    if (done.sample.limit === undefined) expectResult(done);
    else expectDeed(done, "sandbox ended by the agent", /exit code/);
    expectScored(done);
  });
});

it("is an error when somebody ends a local sandbox from outside", async () => {
  const attacked = await makeAttacked();
  await using provider = createLocalProvider({ bubblewrap: "auto", env: attacked.env });
  const { spawnSync } = await import("node:child_process");
  const { sample } = await runDeed(
    attacked,
    async (sandbox) => {
      const waiting = sandbox.exec(["sleep", "30"], { timeoutSeconds: 60 });
      const children = spawnSync("ps", ["--ppid", String(process.pid), "-o", "pid=,comm="], { encoding: "utf8" });
      const [leader] = children.stdout.split("\n").filter((line) => /bwrap|unshare/.test(line));
      if (leader !== undefined) process.kill(Number.parseInt(leader, 10), "SIGKILL");
      await waiting;
    },
    { provider, retryOnError: 0 },
  );
  expect(sample.limit).toBeUndefined();
  expect(sample.error?.message).toMatch(/no longer available/);
  await removeAttacked(attacked);
});
