import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { assertStill, lineReader, sh } from "./helpers.js";
import type { ProviderCase } from "./provider-case.js";

export const STREAM_CASES: readonly ProviderCase[] = [
  {
    name: "hands out streams that talk both ways while the command runs",
    async run({ sandbox }) {
      const stream = await sandbox.stream(sh('while read -r line; do echo "got $line"; done; echo bye >&2; exit 4'));
      const lines = lineReader(stream);
      stream.stdin.write("one\n");
      assert.equal(await lines(), "got one");
      stream.stdin.write("two\n");
      assert.equal(await lines(), "got two");
      stream.stdin.end();
      assert.equal((await stream.exit).exitCode, 4);
    },
  },
  {
    name: "carries megabytes both ways unharmed",
    async run({ sandbox }) {
      const sent = randomBytes(3 * 2 ** 20);
      const stream = await sandbox.stream(["cat"]);
      stream.stderr.resume();
      stream.stdin.end(sent);
      const chunks: Buffer[] = [];
      for await (const chunk of stream.stdout) chunks.push(chunk as Buffer);
      assert.ok(Buffer.concat(chunks).equals(sent));
      assert.equal((await stream.exit).exitCode, 0);
    },
  },
  {
    name: "kills a command whose output nobody reads, though it has ended already",
    async run({ sandbox, directory }) {
      const stream = await sandbox.stream(sh(`cd ${directory}; head -c 700000 /dev/zero; echo over >over`));
      await new Promise((resolve) => stream.stdout.once("readable", resolve));
      await stream.kill();
      await stream.exit;
      assert.equal((await sandbox.exec(["echo", "on"])).stdout, "on\n");
    },
  },
  {
    name: "kills a stream's command and what it started",
    async run({ sandbox, directory }) {
      const stream = await sandbox.stream(
        sh(
          `cd ${directory}; nohup sh -c 'while :; do date +%s%N >beat; sleep 0.05; done' >/dev/null 2>&1 & echo up; sleep 600`,
        ),
      );
      stream.stderr.resume();
      assert.equal(await lineReader(stream)(), "up");
      await stream.kill();
      assert.ok((await stream.exit).exitCode > 128);
      await assertStill(sandbox, directory);
    },
  },
];
