import { createLocalProvider, type Sandbox } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, describe, it, vi } from "vitest";
import { type Attacked, makeAttacked, removeAttacked } from "../test-support/attacked-run.js";
import { expectDeed, expectResult, expectScored, runDeed } from "../test-support/deed-run.js";
import { hasOwnProcesses } from "../test-support/own-processes.js";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

describe.each(["auto", "never"] as const)("what an agent stops in its local sandbox (bubblewrap %s)", (bubblewrap) => {
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

  it("is a result when it stops everything, and the next command is never answered", async ({ skip }) => {
    const done = await run(async (sandbox) => {
      await sh(sandbox, "kill -STOP -1", 3);
      await sh(sandbox, "echo next", 3);
    }, skip);
    if (done.sample.limit === undefined) expectResult(done);
    else expectDeed(done, "processes", /would not end/);
    expectScored(done);
  });

  it("is a result when it stops everything in its last command", async ({ skip }) => {
    const done = await run((sandbox) => sh(sandbox, "kill -STOP -1", 3), skip);
    if (done.sample.limit === undefined) expectResult(done);
    else expectDeed(done, "processes", /would not end/);
    expectScored(done);
  });
});
