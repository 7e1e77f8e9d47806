import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mergeCompose } from "../compose/merge.js";
import { UnsupportedUserError } from "../errors.js";
import type { Sandbox } from "../provider.js";
import { dockerTestProblem, TEST_SPEC } from "../test-support/docker.js";
import { evader, evasionsOf, lowerLocks } from "../test-support/evader.js";
import { createDockerProvider, type DockerProvider } from "./provider.js";

const problem = await dockerTestProblem();
const FILE = "/tmp/beat";
const EVASIONS = evasionsOf(FILE);
const perl = (program: string) => ["perl", "-e", program];
const script = (text: string) => ["sh", "-c", text];

/** Finds the token of its own call in every place where it may stand. */
const STEAL =
  "for f in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do tr '\\0' '\\n' <$f 2>/dev/null; done | grep -aoE '\\b[0-9a-f]{32}\\b' | sort -u";

describe.skipIf(problem !== undefined)(`what a command does against its own end, in Docker ${problem ?? ""}`, () => {
  let provider: DockerProvider;
  let sandbox: Sandbox;
  const up = (overrides: Record<string, unknown> = {}) =>
    provider.up(mergeCompose(TEST_SPEC, { services: { default: overrides } }), {
      runId: `marks-${process.pid}`,
      name: "marks",
    });
  const beat = async (file = "/tmp/beat", user = "nobody") =>
    (await sandbox.exec(script(`cat ${file} 2>/dev/null`), { user })).stdout;
  const isStill = async (file?: string) => {
    const before = await beat(file);
    await sleep(400);
    return (await beat(file)) === before;
  };

  beforeAll(async () => {
    provider = createDockerProvider();
    sandbox = await up();
  });
  afterAll(() => provider?.[Symbol.asyncDispose]());

  it.each(Object.entries(EVASIONS))("ends at the timeout a process of an ordinary user that %s", async (_, evasion) => {
    await sandbox.exec(script("rm -f /tmp/beat*"));
    const result = await sandbox.exec(
      script(`perl -e '${evader(evasion, FILE).replaceAll("'", "'\\''")}' & sleep 60`),
      {
        user: "nobody",
        timeoutSeconds: 2,
      },
    );
    expect(result.timedOut).toBe(true);
    expect(await beat()).not.toBe("");
    expect(await isStill()).toBe(true);
  });

  it.each(Object.entries(EVASIONS).filter(([name]) => name.startsWith("lowers") || name.startsWith("starts")))(
    "ends at the timeout a process of root that %s",
    async (_, evasion) => {
      await sandbox.exec(script("rm -f /tmp/beat*"));
      await sandbox.exec(script(`perl -e '${evader(evasion, FILE).replaceAll("'", "'\\''")}' & sleep 60`), {
        user: "root",
        timeoutSeconds: 2,
      });
      expect(await beat()).not.toBe("");
      expect(await isStill()).toBe(true);
    },
  );

  it("ends a root process that gives up its groups and lowers RLIMIT_LOCKS", async () => {
    await sandbox.exec(script("rm -f /tmp/beat*"));
    const evasion = `${EVASIONS["gives up its groups"]}; ${lowerLocks("7")}`;
    await sandbox.exec(perl(evader(evasion, FILE)), { user: "root", timeoutSeconds: 1 });
    await sandbox.exec(["sleep", "60"], { timeoutSeconds: 0.5 });
    expect(await isStill()).toBe(true);
  });

  it("ends what took the mark of a command that started later, and not that command", async () => {
    const steal =
      "my $m; until ($m) { for my $p (glob '/proc/[0-9]*') { open my $f, '<', \"$p/limits\" or next; local $/; my ($n) = <$f> =~ /file locks +\\S+ +(\\d+)/; open my $c, '<', \"$p/cmdline\" or next; $m = $n if $n && <$c> =~ /61\\.25/ } }";
    const first = sandbox.exec(
      script(`perl -e '${evader(`${steal}; ${lowerLocks("$m")}`, FILE).replaceAll("'", "'\\''")}' & sleep 60`),
      { user: "nobody", timeoutSeconds: 2.5 },
    );
    await sleep(300);
    const later = sandbox.exec(script("sleep 61.25 & wait; echo lived"), { user: "nobody", timeoutSeconds: 6 });
    expect((await first).timedOut).toBe(true);
    expect(await isStill()).toBe(true);
    expect((await sandbox.exec(script("grep -la 61.25 /proc/[0-9]*/cmdline | wc -l"))).stdout.trim()).not.toBe("0");
    expect((await later).timedOut).toBe(true);
  });

  it("leaves a parallel command and its daemon, and an earlier command's daemon, alone", async () => {
    const daemon = (file: string) =>
      `nohup sh -c 'while :; do date +%s%N >${file}; sleep 0.05; done' >/dev/null 2>&1 &`;
    await sandbox.exec(script(daemon("/tmp/earlier")), { user: "nobody" });
    const parallel = sandbox.exec(script(`${daemon("/tmp/parallel")} sleep 3; echo done`), { user: "nobody" });
    const ended = await sandbox.exec(script(`${daemon("/tmp/own")} sleep 60`), { user: "nobody", timeoutSeconds: 0.7 });
    expect(ended.timedOut).toBe(true);
    expect(await isStill("/tmp/own")).toBe(true);
    expect(await isStill("/tmp/earlier")).toBe(false);
    expect(await parallel).toMatchObject({ exitCode: 0, stdout: "done\n" });
    expect(await isStill("/tmp/parallel")).toBe(false);
  });

  it("hides the token from an ordinary user", async () => {
    const result = await sandbox.exec(script(STEAL), { user: "nobody" });
    expect(result).toMatchObject({ exitCode: 0, stdout: "" });
  });

  it.each([
    ["kills its wrapper", "kill -KILL $PPID"],
    ["stops its wrapper", "kill -STOP $PPID"],
    [
      "ends the reaper",
      "pkill -KILL bash; for p in /proc/[0-9]*; do grep -q '[r]ead -r sequence' $p/cmdline && kill -KILL ${p#/proc/}; done",
    ],
    ["writes into the wrapper's outputs", "echo x >/proc/$PPID/fd/1"],
    ["reads the wrapper's memory", "head -c 1 /proc/$PPID/mem"],
    ["traces its wrapper", "ls /proc/$PPID/fd"],
  ])("does not let an ordinary user have a command that %s", async (_, attack) => {
    const result = await sandbox.exec(script(`{ ${attack}; } >/dev/null 2>&1; echo still; exit 3`), {
      user: "nobody",
      timeoutSeconds: 20,
    });
    expect(result).toMatchObject({ exitCode: 3, stdout: "still\n", timedOut: false });
  });

  it("gives a root command that kills its wrapper as a result", async () => {
    const result = await sandbox.exec(script("kill -KILL $PPID; sleep 1"), { user: "root", timeoutSeconds: 30 });
    expect(result).toMatchObject({ exitCode: 137, timedOut: false });
    expect((await sandbox.exec(["echo", "well"])).stdout).toBe("well\n");
  });

  it("ends a root command that stops its wrapper at its timeout", async () => {
    const result = await sandbox.exec(script("kill -STOP $PPID; sleep 60"), { user: "root", timeoutSeconds: 1 });
    expect(result).toMatchObject({ exitCode: 124, timedOut: true });
  });

  it("keeps a user's own groups and the group of its files", async () => {
    await using own = await up({ group_add: ["44"] });
    const add = "echo pals:x:4711:nobody >>/etc/group";
    await own.exec(script(add), { user: "root" });
    const result = await own.exec(
      script("touch /tmp/f; stat -c %u:%g /tmp/f; id -G; echo $HOME; grep CapEff /proc/self/status"),
      {
        user: "nobody",
      },
    );
    const [file, groups = "", home, capabilities] = result.stdout.trim().split("\n");
    expect([file, home]).toEqual(["65534:65534", "/nonexistent"]);
    expect(groups.split(" ")).toEqual(expect.arrayContaining(["65534", "4711", "44"]));
    expect(groups.split(" ")).toHaveLength(4);
    expect(capabilities).toMatch(/\t0{16}$/);
    const numeric = await own.exec(script("id -u; id -g"), { user: "12345:678" });
    expect(numeric.stdout).toBe("12345\n678\n");
    await expect(own.exec(["true"], { user: "nobody:no-group" })).rejects.toThrow(UnsupportedUserError);
  });

  it("runs nothing as root from a folder of the image's variables", async () => {
    await sandbox.exec(
      script(
        "mkdir -p /tmp/bin; for p in setpriv nice env cat id head tr; do printf '#!/bin/sh\\nid -u >>/tmp/ran\\n' >/tmp/bin/$p; chmod +x /tmp/bin/$p; done",
      ),
    );
    const env = { PATH: "/tmp/bin:/usr/bin:/bin", LD_PRELOAD: "/tmp/bin/none.so", ENV: "/tmp/bin/id" };
    const result = await sandbox.exec(script('echo "$LD_PRELOAD"'), { user: "nobody", env, input: "x" });
    expect(result.stdout).toBe("/tmp/bin/none.so\n");
    expect((await sandbox.exec(["cat", "/tmp/ran"])).stdout).not.toMatch(/^0$/m);
  });

  it("takes nothing that a command writes for a user who does not exist", async () => {
    const result = await sandbox.exec(script("printf '\\025no such user x'; kill -KILL $PPID; exit 125"), {
      user: "root",
    });
    expect(result.exitCode).toBe(137);
  });

  describe("where the service has a user", () => {
    it.each([
      ["and only keeps running", { user: "nobody" }],
      ["and a command that only sleeps", { user: "nobody", command: ["sleep", "infinity"] }],
      ["and a command of its own", { user: "nobody", command: ["sh", "-c", "while :; do sleep 60; done"] }],
    ])("%s: kill() of a stream ends, and so does a timeout", async (_, service) => {
      await using own = await up(service);
      expect((await own.exec(["id", "-un"])).stdout).toBe("nobody\n");
      const stream = await own.stream(script("sleep 600 & echo up; wait"));
      stream.stderr.resume();
      await new Promise((resolve) => stream.stdout.once("data", resolve));
      await stream.kill();
      expect((await stream.exit).exitCode).toBeGreaterThan(128);
      const result = await own.exec(perl(evader(lowerLocks("7"), FILE)), { timeoutSeconds: 20 });
      expect(result.exitCode).toBe(0);
      expect((await own.exec(["sleep", "60"], { timeoutSeconds: 0.5 })).timedOut).toBe(true);
      expect(own.connection()).toContain("--user nobody");
    });
  });
});
