import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { UnsupportedUserError } from "../../errors.js";
import { sh } from "./helpers.js";
import type { ProviderCase } from "./provider-case.js";

export const EXEC_CASES: readonly ProviderCase[] = [
  {
    name: "gives exit code, stdout and stderr apart, and a failing command is a result",
    async run({ sandbox }) {
      const result = await sandbox.exec(sh("echo out; echo err >&2; exit 3"));
      assert.equal(result.exitCode, 3);
      assert.equal(result.stdout, "out\n");
      assert.equal(result.stderr, "err\n");
      assert.equal(result.timedOut, false);
      assert.deepEqual(result.truncated, { stdout: false, stderr: false });
      assert.ok(result.durationSeconds > 0);
    },
  },
  {
    name: "passes arguments as they are, without a shell",
    async run({ sandbox }) {
      const odd = ["a b", "$HOME", "'", '"', "*", "", "-n", "ü\n"];
      const result = await sandbox.exec(["printf", "<%s>", ...odd]);
      assert.equal(result.stdout, odd.map((word) => `<${word}>`).join(""));
    },
  },
  {
    name: "never takes a program's name for a word of a shell",
    async run({ sandbox }) {
      assert.equal((await sandbox.exec(["exit", "0"])).exitCode, 127);
    },
  },
  {
    name: "feeds input and closes it; without input there is none",
    async run({ sandbox }) {
      const binary = randomBytes(300_000);
      const counted = await sandbox.exec(["wc", "-c"], { input: binary });
      assert.equal(counted.stdout.trim(), "300000");
      assert.equal((await sandbox.exec(["cat"])).stdout, "");
    },
  },
  {
    name: "takes no harm from input that a command leaves unread",
    async run({ sandbox }) {
      const input = randomBytes(300_000);
      const command = sh("echo last; exit 3");
      const results = await Promise.all(Array.from({ length: 12 }, () => sandbox.exec(command, { input })));
      for (const { exitCode, stdout } of results) assert.deepEqual([exitCode, stdout], [3, "last\n"]);
    },
  },
  {
    name: "runs in the working directory asked for, with the environment asked for",
    async run({ sandbox, directory }) {
      await sandbox.exec(["mkdir", "-p", `${directory}/inner`]);
      const result = await sandbox.exec(sh('pwd -P; printf %s "$SUITE"'), {
        cwd: `${directory}/inner`,
        env: { SUITE: "a=b c" },
      });
      assert.match(result.stdout, /\/inner\na=b c$/);
      assert.equal((await sandbox.exec(["pwd"], { cwd: `${directory}/missing` })).exitCode, 126);
      assert.equal((await sandbox.exec(["pwd"], { cwd: "-" })).exitCode, 126);
    },
  },
  {
    name: "says 127 for a program that does not exist and 128 + n for a signal",
    async run({ sandbox }) {
      assert.equal((await sandbox.exec(["no-such-program"])).exitCode, 127);
      assert.equal((await sandbox.exec(sh("kill -KILL $$"))).exitCode, 137);
      assert.equal((await sandbox.exec(sh("kill -TERM $$"))).exitCode, 143);
    },
  },
  {
    name: "tells what cannot be started as a result, and goes on",
    async run({ sandbox }) {
      const zero = await sandbox.exec(["echo", "a\0b"]);
      assert.deepEqual([zero.exitCode, zero.stdout], [126, ""]);
      assert.match(zero.stderr, /NUL/);
      const long = await sandbox.exec(["echo", "x".repeat(300_000)]);
      assert.deepEqual([long.exitCode, long.stdout], [126, ""]);
      assert.match(long.stderr, /too long|E2BIG/);
      assert.equal((await sandbox.exec(["echo", "on"])).stdout, "on\n");
    },
  },
  {
    name: "refuses a call that is a mistake",
    async run({ sandbox }) {
      const refused = (attempt: Promise<unknown>) => assert.rejects(attempt, { code: "COMMAND_INVALID" });
      await refused(sandbox.exec([]));
      await refused(sandbox.stream([]));
      await refused(sandbox.exec(["true"], { timeoutSeconds: Number.NaN }));
      await refused(sandbox.exec(["true"], { maxOutputBytes: -1 }));
      await refused(sandbox.exec(["true"], { env: { "A=B": "c" } }));
    },
  },
  {
    name: "waits as long as it is told, be it for ever",
    async run({ sandbox }) {
      const result = await sandbox.exec(sh("sleep 0.2; echo done"), { timeoutSeconds: Number.POSITIVE_INFINITY });
      assert.deepEqual([result.stdout, result.timedOut], ["done\n", false]);
    },
  },
  {
    name: "runs as another user, or refuses by name",
    async run({ sandbox, otherUser }) {
      if (sandbox.capabilities.users && otherUser !== undefined) {
        assert.equal((await sandbox.exec(["id", "-un"], { user: otherUser })).stdout, `${otherUser}\n`);
      }
      await assert.rejects(
        sandbox.exec(["true"], { user: "no-such-user" }),
        (error) => error instanceof UnsupportedUserError,
      );
    },
  },
  {
    name: "keeps the tail of a long output, or the head, and says so",
    async run({ sandbox }) {
      const many = sh("i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done");
      const tail = await sandbox.exec(many, { maxOutputBytes: 50 });
      assert.ok(tail.truncated.stdout && !tail.truncated.stderr);
      assert.ok(tail.stdout.endsWith("line 2999\n") && tail.stdout.length === 50, tail.stdout);
      const head = await sandbox.exec(many, { maxOutputBytes: 50, keepOutput: "head" });
      assert.ok(head.stdout.startsWith("line 0\nline 1\n") && head.stdout.length === 50, head.stdout);
      assert.equal(head.exitCode, 0);
    },
  },
  {
    name: "replaces what is not UTF-8 and cuts between characters",
    async run({ sandbox }) {
      const broken = await sandbox.exec(["printf", "a\\377b"]);
      assert.equal(broken.stdout, "a\uFFFDb");
      const cut = await sandbox.exec(["printf", "\u20ac\u20ac\u20ac"], { maxOutputBytes: 7 });
      assert.equal(cut.stdout, "\u20ac\u20ac");
    },
  },
  {
    name: "runs many commands at once and mixes nothing up",
    async run({ sandbox }) {
      const results = await Promise.all(
        Array.from({ length: 12 }, (_, index) => sandbox.exec(sh(`sleep 0.1; echo ${index}; exit ${index}`))),
      );
      assert.deepEqual(
        results.map((result) => [result.exitCode, result.stdout]),
        results.map((_, index) => [index, `${index}\n`]),
      );
    },
  },
];
