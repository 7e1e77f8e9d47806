import assert from "node:assert/strict";
import { assertStill, newRunId, sh } from "./helpers.js";
import type { ProviderCase } from "./provider-case.js";

/** Finds the tokens that any process of the sandbox shows, and those that its wrapper's memory holds. */
const STEAL = `tokens=$( { cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; cat /proc/$PPID/environ 2>/dev/null; } | tr '\\0' '\\n' | grep -aoE '[0-9a-f]{32}' | sort -u)`;
const end = (code: string) => `printf '\\036%s ${code}\\036' "$t"`;
const forge = (code: string, to: "stdout" | "stderr" | "both") =>
  `for t in $tokens; do ${[to === "stderr" ? [] : [end(code)], to === "stdout" ? [] : [`${end(code)} >&2`]].flat().join("; ")}; done`;

/** A forged end, and what the command still does after it. */
const FORGERIES: Readonly<Record<string, string>> = {
  "on both streams": forge("0 - -", "both"),
  "on standard output alone": forge("0 - -", "stdout"),
  "on standard error alone": forge("0 - -", "stderr"),
  "twice, with other codes": `${forge("7 0 0", "both")}; ${forge("9 0 5", "both")}`,
  "without its last character": `for t in $tokens; do printf '\\036%s 0 -' "$t"; printf '\\036%s 0 -' "$t" >&2; done`,
  "in the midst of much output": `head -c 300000 /dev/zero | tr '\\0' x; ${forge("0 - -", "both")}; head -c 600000 /dev/zero | tr '\\0' y`,
};

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const MARK_BEHIND = "echo behind; echo behind >&2; date +%s%N >beat; exit 5";

export const END_CASES: readonly ProviderCase[] = [
  ...Object.entries(FORGERIES).map(
    ([how, forgery]): ProviderCase => ({
      name: `does not take a forged end for the command's, written ${how}`,
      async run({ sandbox, directory }) {
        const result = await sandbox.exec(sh(`cd ${directory}; ${STEAL}; ${forgery}; sleep 3; ${MARK_BEHIND}`), {
          timeoutSeconds: 60,
        });
        assert.equal(result.exitCode, 5);
        assert.ok(result.durationSeconds > 2.5, `took ${result.durationSeconds} s`);
        assert.match(result.stdout, /behind\n$/);
        await assertStill(sandbox, directory);
      },
    }),
  ),
  {
    name: "ends a command at its timeout that has forged its end",
    async run({ sandbox, directory }) {
      const result = await sandbox.exec(
        sh(`cd ${directory}; ${STEAL}; while :; do ${forge("0 - -", "both")}; date +%s%N >beat; sleep 0.05; done`),
        { timeoutSeconds: 2 },
      );
      assert.ok(result.timedOut);
      assert.equal(result.exitCode, 124);
      await assertStill(sandbox, directory);
    },
  },
  {
    name: "does not take a forged end for a stream's",
    async run({ sandbox, directory }) {
      const stream = await sandbox.stream(
        sh(`cd ${directory}; ${STEAL}; ${forge("0 - -", "both")}; read -r line; echo "got $line"; exit 6`),
      );
      stream.stderr.resume();
      const startedAt = performance.now();
      setTimeout(() => stream.stdin.end("word\n"), 3500);
      let out = "";
      for await (const chunk of stream.stdout) out += String(chunk);
      assert.match(out, /got word\n$/);
      assert.equal((await stream.exit).exitCode, 6);
      assert.ok(performance.now() - startedAt > 3000);
    },
  },
  {
    name: "has the same end whatever a daemon writes behind it",
    async run({ sandbox }) {
      const daemon = `sleep 0.2; for t in $tokens; do ${end("0 - -")}; done; head -c 3000000 /dev/zero; sleep 5`;
      const result = await sandbox.exec(
        sh(`${STEAL}; export tokens; nohup sh -c ${quoted(daemon)} & echo mine; exit 8`),
        { timeoutSeconds: 30 },
      );
      assert.equal(result.exitCode, 8);
      assert.match(result.stdout, /^mine\n/);
      assert.ok(result.durationSeconds < 4, `took ${result.durationSeconds} s`);
    },
  },
  {
    name: "lets pkill -f of a command's own words hit the command alone",
    async run({ sandbox }) {
      const name = `train_${newRunId()}.py`;
      const result = await sandbox.exec(sh(`trap '' TERM; pkill -f ${name}; sleep 0.3; echo survived; exit 4`), {
        timeoutSeconds: 30,
      });
      assert.deepEqual([result.exitCode, result.stdout], [4, "survived\n"]);
      const hit = await sandbox.exec(sh(`kill -TERM $$; echo ${name}`), { timeoutSeconds: 30 });
      assert.equal(hit.exitCode, 143);
    },
  },
  {
    name: "lets killall and pkill of shells hit the command alone",
    async run({ sandbox }) {
      // Elsewhere these are the shells of the whole machine.
      if (!sandbox.capabilities.isolated) return;
      const all = "killall -q sh bash dash; pkill -x sh; pkill -f python; pkill -INT sh; pkill -HUP sh; kill $PPID";
      const result = await sandbox.exec(
        sh(`trap '' TERM INT HUP; { ${all}; } 2>/dev/null; sleep 0.3; echo survived; exit 4`),
        { timeoutSeconds: 30 },
      );
      assert.deepEqual([result.exitCode, result.stdout], [4, "survived\n"]);
    },
  },
  {
    name: "gives a command that closes its outputs an end",
    async run({ sandbox }) {
      const result = await sandbox.exec(sh("echo first; exec >&- 2>&-; sleep 0.3; exit 7"), { timeoutSeconds: 30 });
      assert.deepEqual([result.exitCode, result.stdout], [7, "first\n"]);
    },
  },
  {
    name: "ends at its timeout a command that floods its output, ignores TERM and stops itself",
    async run({ sandbox, directory }) {
      const flood = `trap '' TERM; cd ${directory}; (while :; do date +%s%N >beat; sleep 0.05; done) & kill -STOP $!; yes & yes >&2 & kill -STOP $$`;
      const result = await sandbox.exec(sh(flood), { timeoutSeconds: 1 });
      assert.equal(result.exitCode, 124);
      assert.ok(result.truncated.stdout || result.stdout.length > 0);
      await assertStill(sandbox, directory);
    },
  },
];
