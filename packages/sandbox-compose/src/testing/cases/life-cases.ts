import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { SandboxUnavailableError } from "../../errors.js";
import { newRunId, problemOf } from "./helpers.js";
import type { ProviderCase } from "./provider-case.js";

export const LIFE_CASES: readonly ProviderCase[] = [
  {
    name: "is gone after disposal, which may happen twice, and says so",
    async run({ provider, spec }) {
      const own = await provider.up(spec, { runId: newRunId(), name: "disposed", onProgress: () => undefined });
      assert.match(own.connection(), /\S/);
      const running = own.exec(["sleep", "600"]);
      const rejected = assert.rejects(running, (error) => error instanceof SandboxUnavailableError);
      await sleep(200);
      await own[Symbol.asyncDispose]();
      await own[Symbol.asyncDispose]();
      await rejected;
      await assert.rejects(
        own.exec(["true"]),
        (error) => error instanceof SandboxUnavailableError && error.reason === "disposed",
      );
    },
  },
  {
    name: "says that it can be used, and that disposing of it was not the agent's doing, where it says so at all",
    async run({ provider, spec }) {
      const own = await provider.up(spec, { runId: newRunId(), name: "whose", onProgress: () => undefined });
      assert.equal(await own.whyUnavailable?.(), undefined);
      await own[Symbol.asyncDispose]();
      assert.equal((await own.whyUnavailable?.())?.causedBy ?? "host", "host");
    },
  },
  {
    name: "gives every sandbox its own files",
    async run({ provider, sandbox, spec }) {
      await using own = await provider.up(spec, { runId: newRunId(), name: "apart", onProgress: () => undefined });
      await own.writeFile(`${own.paths.home}/mine`, "x");
      assert.notEqual(own.id, sandbox.id);
      assert.equal(await problemOf(sandbox.readFile(`${sandbox.paths.home}/mine`)), "not-found");
    },
  },
  {
    name: "leaves living sandboxes alone when it cleans up, and removes a run's when named",
    async run({ provider, sandbox, spec }) {
      const runId = newRunId();
      const own = await provider.up(spec, { runId, name: "leftover", onProgress: () => undefined });
      const general = await provider.cleanup();
      assert.ok(general.left.some((one) => one.runId === runId && one.reason === "owner-alive"));
      assert.ok(!general.removed.some((one) => one.runId === runId));
      const named = await provider.cleanup({ runId });
      assert.ok(named.removed.length > 0 && named.failed.length === 0);
      assert.ok(named.removed.every((one) => one.runId === runId));
      assert.equal((await sandbox.exec(["true"])).exitCode, 0);
      await own[Symbol.asyncDispose]();
    },
  },
  {
    name: "leaves nothing of a start that was aborted",
    async run({ provider, spec }) {
      const runId = newRunId();
      for (const delay of [0, 30, 150]) {
        const signal = AbortSignal.timeout(delay);
        await provider
          .up(spec, { runId, name: "aborted", signal, onProgress: () => undefined })
          .then((sandbox) => sandbox[Symbol.asyncDispose]())
          .catch((error: unknown) => assert.ok(signal.aborted, String(error)));
      }
      assert.deepEqual((await provider.cleanup({ runId })).removed, []);
    },
  },
];
