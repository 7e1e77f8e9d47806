import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { assertStill, sh, text } from "./helpers.js";
import type { ProviderCase } from "./provider-case.js";

export const TREE_CASES: readonly ProviderCase[] = [
  {
    name: "ends a command at its timeout with all that it started, and keeps its output",
    async run({ sandbox, directory }) {
      const beat = `while :; do date +%s%N; sleep 0.05; done`;
      const result = await sandbox.exec(
        sh(
          `cd ${directory}; echo part; (${beat}) >child & nohup sh -c '${beat}' >nohup 2>&1 & command -v setsid >/dev/null && { setsid sh -c '${beat}' >session & env -i setsid sh -c 'PATH=/usr/bin:/bin; (${beat}) >orphan &' & }; sleep 600`,
        ),
        { timeoutSeconds: 1 },
      );
      assert.ok(result.timedOut);
      assert.equal(result.exitCode, 124);
      assert.equal(result.stdout, "part\n");
      assert.ok(result.durationSeconds < 5, `took ${result.durationSeconds} s`);
      await assertStill(sandbox, directory);
    },
  },
  {
    name: "gives TERM five seconds, then kills",
    async run({ sandbox, directory }) {
      const result = await sandbox.exec(
        sh(`cd ${directory}; trap 'echo told' TERM; while :; do date +%s%N >beat; sleep 0.05; done`),
        {
          timeoutSeconds: 0.5,
        },
      );
      assert.ok(result.timedOut);
      assert.match(result.stdout, /^told\n/);
      assert.ok(result.durationSeconds > 5 && result.durationSeconds < 15, `took ${result.durationSeconds} s`);
      await assertStill(sandbox, directory);
    },
  },
  {
    name: "returns when the command ends though a daemon holds its output, and lets the daemon live",
    async run({ sandbox, directory }) {
      const result = await sandbox.exec(
        sh(`cd ${directory}; nohup sh -c 'while :; do date +%s%N >beat; sleep 0.05; done' & echo started`),
        { timeoutSeconds: 30 },
      );
      assert.equal(result.exitCode, 0);
      assert.match(result.stdout, /started/);
      assert.ok(result.durationSeconds < 1.5, `took ${result.durationSeconds} s`);
      const timedOut = await sandbox.exec(["sleep", "60"], { timeoutSeconds: 0.2 });
      assert.ok(timedOut.timedOut);
      const before = await text(sandbox, `${directory}/beat`);
      await sleep(500);
      assert.notEqual(
        await text(sandbox, `${directory}/beat`),
        before,
        "the daemon of an earlier command must live on",
      );
    },
  },
  {
    name: "kills on abort and rejects with the reason",
    async run({ sandbox, directory }) {
      const controller = new AbortController();
      const reason = new Error("enough");
      setTimeout(() => controller.abort(reason), 300);
      const running = sandbox.exec(
        sh(`cd ${directory}; trap '' TERM; while :; do date +%s%N >beat; sleep 0.05; done`),
        {
          signal: controller.signal,
        },
      );
      await assert.rejects(running, (error) => error === reason);
      await assertStill(sandbox, directory);
      await assert.rejects(sandbox.exec(["true"], { signal: controller.signal }), (error) => error === reason);
    },
  },
];
