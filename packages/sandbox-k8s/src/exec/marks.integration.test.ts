import { setTimeout as sleep } from "node:timers/promises";
import { parseComposeSpec, type Sandbox, type SandboxProvider } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createK8sProvider } from "../provider.js";
import { clusterTestProblem, TEST_IMAGE } from "../test-support/cluster.js";

const problem = clusterTestProblem();
const script = (text: string) => ["sh", "-c", text];
const prlimit = process.arch === "arm64" ? 261 : 302;
/** Leaves parent, session and environment, lowers its limit, and writes into a file for a minute. */
const EVADER = `exit if fork; use POSIX (); POSIX::setsid(); exit if fork; %ENV = (); my $l = pack("QQ", 7, 7); syscall(${prlimit}, 0, 10, $l, 0); for (1 .. 1200) { open my $f, ">", "/tmp/beat.new"; print $f $_; close $f; rename "/tmp/beat.new", "/tmp/beat"; select undef, undef, undef, 0.05 }`;

describe.skipIf(problem !== undefined)(
  `what a command does against its own end, in Kubernetes ${problem ?? ""}`,
  () => {
    let provider: SandboxProvider;
    let sandbox: Sandbox;

    beforeAll(async () => {
      provider = createK8sProvider({
        imagePullPolicy: "Never",
        runtimeClassName: process.env["MLEBENCH_TEST_RUNTIME_CLASS"] ?? "isolated",
      });
      const spec = parseComposeSpec({ services: { default: { image: TEST_IMAGE, mem_limit: "512m" } } });
      sandbox = await provider.up(spec, { runId: `marks-${process.pid}`, name: "marks", onProgress: () => undefined });
    }, 120_000);
    afterAll(() => provider?.[Symbol.asyncDispose]());

    it.each(["nobody", "root"])("ends in a pod a process of %s that lowers RLIMIT_LOCKS", async (user) => {
      await sandbox.exec(script("rm -f /tmp/beat*"));
      const result = await sandbox.exec(script(`perl -e '${EVADER}' & sleep 60`), { user, timeoutSeconds: 2 });
      expect(result.timedOut).toBe(true);
      const beat = async () => (await sandbox.exec(["cat", "/tmp/beat"])).stdout;
      const before = await beat();
      await sleep(400);
      expect(before).not.toBe("");
      expect(await beat()).toBe(before);
    });

    it("puts a pod's command into a group of its own, and keeps the user's", async () => {
      const result = await sandbox.exec(
        script("touch /tmp/own; stat -c %g /tmp/own; id -G; grep CapEff /proc/self/status"),
        {
          user: "nobody",
        },
      );
      const [file, groups = "", capabilities] = result.stdout.trim().split("\n");
      expect(file).toBe("65534");
      expect(
        groups
          .split(" ")
          .map(Number)
          .some((group) => group >= 0x78000000),
      ).toBe(true);
      expect(capabilities).toMatch(/\t0{16}$/);
    });

    it.each([
      ["kills its wrapper", "kill -KILL $PPID"],
      ["stops its wrapper", "kill -STOP $PPID"],
      ["reads the wrapper's memory", "head -c 1 /proc/$PPID/mem"],
      ["writes into the wrapper's outputs", "echo x >/proc/$PPID/fd/1"],
    ])("does not let an ordinary user in a pod have a command that %s", async (_, attack) => {
      const result = await sandbox.exec(script(`{ ${attack}; } >/dev/null 2>&1; echo still; exit 3`), {
        user: "nobody",
        timeoutSeconds: 20,
      });
      expect(result).toMatchObject({ exitCode: 3, stdout: "still\n", timedOut: false });
    });

    it("gives a root command that kills its wrapper in a pod as a result", async () => {
      const result = await sandbox.exec(script("kill -KILL $PPID; sleep 1"), { user: "root", timeoutSeconds: 30 });
      expect(result).toMatchObject({ exitCode: 137, timedOut: false });
    });
  },
);
