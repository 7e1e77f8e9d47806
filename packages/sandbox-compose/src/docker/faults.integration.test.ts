import { once } from "node:events";
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { testRandom } from "@mlebench/base/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mergeCompose } from "../compose/merge.js";
import { SandboxFileError, SandboxUnavailableError } from "../errors.js";
import type { Sandbox } from "../provider.js";
import { buildChildPrograms } from "../test-support/child-program.js";
import { dockerTestProblem, TEST_IMAGE, TEST_SPEC } from "../test-support/docker.js";
import { Engine } from "./engine.js";
import { createDockerProvider, type DockerProvider } from "./provider.js";

const problem = await dockerTestProblem();
const FORK_BOMB = ["perl", "-e", "fork while 1"];
/** Enough for a bomb, and the machine is left to the other tests. */
const GENTLE = { cpus: 1, pids_limit: 150 };
const HOG = ["perl", "-e", "my @all; push @all, 'x' x 1000000 while 1"];

describe.skipIf(problem !== undefined)(
  `what hostile commands and accidents do to Docker sandboxes ${problem ?? ""}`,
  () => {
    const runId = `faults-${process.pid}`;
    let provider: DockerProvider;
    let engine: Engine;
    /** Must not notice anything of what happens to the others. */
    let witness: Sandbox;

    const up = (overrides: Record<string, unknown> = {}) => {
      const spec = mergeCompose(TEST_SPEC, { services: { default: overrides } });
      return provider.up(spec, { runId, name: "faults" });
    };
    const containersOf = async (id: string) => {
      return (await engine.labelled("dev.mlebench.sandbox=1")).container.filter(({ name }) => name.startsWith(id));
    };
    const unavailable = async (work: Promise<unknown>): Promise<string> => {
      const error = await work.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(SandboxUnavailableError);
      return error instanceof SandboxUnavailableError ? error.reason : "";
    };

    beforeAll(async () => {
      provider = createDockerProvider({ maxSandboxes: 24 });
      engine = new Engine();
      witness = await up();
      await witness.exec(["sh", "-c", "nohup sh -c 'while :; do date >/tmp/beat; sleep 0.1; done' >/dev/null 2>&1 &"]);
    });

    afterAll(async () => {
      if (problem !== undefined) return;
      const beat = Buffer.from(await witness.readFile("/tmp/beat")).toString();
      await sleep(1200);
      expect(Buffer.from(await witness.readFile("/tmp/beat")).toString()).not.toBe(beat);
      await provider[Symbol.asyncDispose]();
      const leftovers = Object.values(await engine.labelled(`dev.mlebench.sandbox.run-id=${runId}`)).flat();
      engine.close();
      expect(leftovers).toEqual([]);
    });

    it.each(["nobody", "root"])(
      "ends a fork bomb of %s at its timeout and can be used again",
      async (user) => {
        await using sandbox = await up(GENTLE);
        const result = await sandbox.exec(FORK_BOMB, { user, timeoutSeconds: 2 });
        expect(result.timedOut).toBe(true);
        expect(await sandbox.exec(["echo", "well"])).toMatchObject({ exitCode: 0, stdout: "well\n" });
      },
      120_000,
    );

    it("answers, and can be removed, while a fork bomb of an earlier command rages on", async () => {
      const sandbox = await up(GENTLE);
      await sandbox.exec(["sh", "-c", "nohup perl -e 'fork while 1' &"], { user: "nobody", timeoutSeconds: 20 });
      const next = await sandbox.exec(["echo", "well"], { timeoutSeconds: 10 });
      expect(next.exitCode === 0 || next.stderr !== "" || next.timedOut).toBe(true);
      await sandbox[Symbol.asyncDispose]();
      expect(await containersOf(sandbox.id)).toEqual([]);
    });

    it("tells a command killed for want of memory from other failures", async () => {
      await using sandbox = await up({ mem_limit: "100m" });
      expect(await sandbox.exec(HOG, { timeoutSeconds: 60 })).toMatchObject({
        exitCode: 137,
        outOfMemory: true,
        timedOut: false,
      });
      expect(await sandbox.exec(["sh", "-c", "kill -KILL $$"])).toMatchObject({ exitCode: 137, outOfMemory: false });
      expect(await sandbox.exec(["echo", "well"])).toMatchObject({ exitCode: 0, outOfMemory: false });
    });

    it("tells a container that died for want of memory from one that was stopped", async () => {
      await using sandbox = await up({
        mem_limit: "100m",
        command: ["sh", "-c", `sleep 2; exec ${HOG.map((word) => `"${word}"`).join(" ")}`],
      });
      expect(await unavailable(sandbox.exec(["sleep", "60"], { timeoutSeconds: 60 }))).toBe("out-of-memory");
      expect(await unavailable(sandbox.exec(["true"]))).toBe("out-of-memory");
    });

    it("keeps the end of a gigabyte of output in bounded memory", async () => {
      await using sandbox = await up();
      const before = process.memoryUsage().rss;
      const result = await sandbox.exec(["sh", "-c", "head -c 1073741824 /dev/zero; echo end"]);
      expect(result).toMatchObject({ exitCode: 0, truncated: { stdout: true, stderr: false } });
      expect(result.stdout.length).toBe(10 * 2 ** 20);
      expect(result.stdout.endsWith("\0end\n")).toBe(true);
      expect(process.memoryUsage().rss - before).toBeLessThan(300 * 2 ** 20);
    });

    it("survives kill -9 -1 of an ordinary user", async () => {
      await using sandbox = await up();
      const result = await sandbox.exec(["sh", "-c", "kill -KILL -1; echo alive"], {
        user: "nobody",
        timeoutSeconds: 30,
      });
      expect(result.timedOut).toBe(false);
      const timedOut = await sandbox.exec(["sleep", "60"], { user: "nobody", timeoutSeconds: 0.3 });
      expect(timedOut).toMatchObject({ timedOut: true, exitCode: 124 });
    });

    it("says that the container stopped when root kills everything in it", async () => {
      await using sandbox = await up();
      expect(await unavailable(sandbox.exec(["sh", "-c", "kill -KILL -1; sleep 60"], { timeoutSeconds: 30 }))).toBe(
        "stopped",
      );
    });

    it("starts its reaper again when root kills only that", async () => {
      await using sandbox = await up();
      const killed = await sandbox.exec([
        "sh",
        "-c",
        "cd /proc; for p in [0-9]*; do if grep -q '[r]ead -r sequence' $p/cmdline 2>/dev/null; then kill -KILL $p; fi; done",
      ]);
      expect(killed.exitCode).toBe(0);
      const result = await sandbox.exec(["sh", "-c", "setsid sleep 61 & sleep 61"], { timeoutSeconds: 0.5 });
      expect(result).toMatchObject({ timedOut: true });
      expect((await sandbox.exec(["sh", "-c", "grep -l '^sleep' /proc/[0-9]*/comm | wc -l"])).stdout.trim()).toBe("1");
    });

    it("reports a full disk and goes on", async () => {
      await using sandbox = await up({ tmpfs: ["/full:size=4m"] });
      const result = await sandbox.exec(["sh", "-c", "head -c 8388608 /dev/zero >/full/a"]);
      expect(result.exitCode).not.toBe(0);
      expect(result.stderr).toMatch(/No space left/);
      const failed = await sandbox.writeFile("/full/b", new Uint8Array(2 ** 20)).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(SandboxFileError);
      expect(failed).toMatchObject({ problem: "no-space" });
      expect((await sandbox.exec(["ls", "-A", "/full"])).stdout).toBe("a\n");
    });

    it("lets a command see that its disk is full, and keeps what was handed in", async () => {
      await using sandbox = await up({ storage_opt: { size: "32m" } });
      await sandbox.writeFile("/home/submission/submission.csv", "id,x\n");
      const within = await sandbox.exec(["sh", "-c", "head -c 16777216 /dev/zero >/within; echo fits"]);
      expect(within.stdout).toBe("fits\n");
      const filling = await sandbox.exec(["sh", "-c", "while head -c 8388608 /dev/zero >>/fill; do :; done; exit 28"]);
      expect(filling).toMatchObject({ exitCode: 28, stderr: expect.stringMatching(/No space left/) });
      await using folder = await temporaryFolder();
      expect(await sandbox.copyOut("/home/submission/submission.csv", `${folder.path}/s.csv`)).toMatchObject({
        bytes: 5,
      });
    });

    it("says so when somebody kills or removes the container under a command", async () => {
      for (const [reason, act] of [
        ["stopped", (name: string) => engine.killContainer(name)],
        ["removed", (name: string) => engine.removeContainer(name)],
      ] as const) {
        await using sandbox = await up();
        const running = unavailable(sandbox.exec(["sleep", "60"], { timeoutSeconds: 60 }));
        await sleep(300);
        await act(`${sandbox.id}-default-1`);
        // While it is being removed it is a container that has stopped.
        expect(["stopped", reason]).toContain(await running);
        expect(await unavailable(sandbox.exec(["true"]))).toBe(reason);
      }
    });

    it("still copies out of a container that has died", async () => {
      await using sandbox = await up();
      await sandbox.writeFile("/home/submission/submission.csv", "id,x\n");
      await engine.killContainer(`${sandbox.id}-default-1`);
      await using folder = await temporaryFolder();
      expect(await sandbox.copyOut("/home/submission/submission.csv", `${folder.path}/s.csv`)).toMatchObject({
        bytes: 5,
      });
    });

    it("copies a file that changes all the time as it was at one moment, and lets everything go on", async () => {
      await using sandbox = await up();
      await using folder = await temporaryFolder();
      await sandbox.exec([
        "sh",
        "-c",
        "cd /tmp; head -c 3000000 /dev/zero >f; nohup sh -c 'while :; do truncate -s 5000000 f; truncate -s 3000000 f; done' >/dev/null 2>&1 &",
      ]);
      const copies = Array.from({ length: 8 }, (_, index) => sandbox.copyOut("/tmp/f", `${folder.path}/${index}`));
      for (const { bytes } of await Promise.all(copies)) expect([3_000_000, 5_000_000]).toContain(bytes);
      expect((await sandbox.exec(["echo", "on"])).stdout).toBe("on\n");
    });

    it("runs twenty sandboxes at once and leaves nothing of them", async () => {
      const sandboxes = await Promise.all(Array.from({ length: 20 }, () => up({ mem_limit: "64m" })));
      const results = await Promise.all(
        sandboxes.map((sandbox, index) => sandbox.exec(["echo", String(index)], { timeoutSeconds: 30 })),
      );
      expect(results.map(({ stdout }) => Number(stdout))).toEqual(Array.from({ length: 20 }, (_, index) => index));
      await Promise.all(sandboxes.map((sandbox) => sandbox[Symbol.asyncDispose]()));
      const left = await Promise.all(sandboxes.map(({ id }) => containersOf(id)));
      expect(left.flat()).toEqual([]);
    });

    it("opens nothing that it does not close", async () => {
      const open = () => readdirSync("/proc/self/fd").length;
      const round = async () => {
        await using sandbox = await up();
        for (let index = 0; index < 15; index += 1) await sandbox.exec(["true"]);
        await sandbox.exec(["sleep", "60"], { timeoutSeconds: 0.1 });
        await sandbox.exec(["sh", "-c", "sleep 60 &"]);
        await sandbox.writeFile("/tmp/x", "x");
        await sandbox.readFile("/tmp/x");
      };
      await round();
      const before = open();
      for (let index = 0; index < 3; index += 1) await round();
      await sleep(100);
      expect(open()).toBeLessThanOrEqual(before + 2);
    });

    it("finds and removes what a killed process left, and nothing of a living one", async () => {
      await using programs = await buildChildPrograms();
      const random = testRandom("kills of a container's owner");
      const victimRun = `${runId}-victim`;
      const body = `
      const provider = api.createDockerProvider();
      const spec = api.parseComposeSpec(${JSON.stringify({
        services: { default: { image: TEST_IMAGE, depends_on: ["other"] }, other: { image: TEST_IMAGE } },
        volumes: { cache: null },
      })});
      for (;;) {
        const sandbox = await provider.up(spec, { runId: ${JSON.stringify(victimRun)}, name: "victim" });
        console.log("up");
        await sandbox.exec(["sleep", "1"]);
        await sandbox[Symbol.asyncDispose]();
      }`;
      await Promise.all(
        Array.from({ length: 6 }, async (_, index) => {
          const child = programs.start(body);
          const exited = once(child, "exit");
          // Half of them anywhere in their start, half anywhere in the life of what they started.
          if (index % 2 === 0) await once(child.stdout, "data");
          await sleep((index % 2 === 0 ? 0 : 400) + random() * 1500);
          child.kill("SIGKILL");
          await exited;
        }),
      );
      // What the engine was still about to do when its client died is done by now.
      await sleep(1500);
      const mine = await provider.cleanup();
      expect(mine.failed).toEqual([]);
      expect(mine.removed.filter((one) => one.runId === victimRun).length).toBeGreaterThan(0);
      expect(mine.left.filter((one) => one.runId === runId).length).toBeGreaterThan(0);
      expect((await provider.cleanup({ runId: victimRun })).removed).toEqual([]);
      expect((await witness.exec(["true"])).exitCode).toBe(0);
    });

    it.each(["SIGINT", "SIGTERM"] as const)("removes everything when the program gets %s", async (signal) => {
      await using programs = await buildChildPrograms();
      const childRun = `${runId}-${signal}`;
      const child = programs.start(`
      const provider = api.createDockerProvider();
      api.disposeOnSignal(provider);
      const spec = api.parseComposeSpec(${JSON.stringify({ services: { default: { image: TEST_IMAGE } } })});
      const sandbox = await provider.up(spec, { runId: ${JSON.stringify(childRun)}, name: "told" });
      console.log("up");
      await sandbox.exec(["sleep", "60"]).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 60_000));`);
      child.stderr.pipe(process.stderr);
      await once(child.stdout, "data");
      child.kill(signal);
      const [code] = await once(child, "exit");
      expect(code).toBe(signal === "SIGINT" ? 130 : 143);
      expect((await provider.cleanup({ runId: childRun })).removed).toEqual([]);
    });
  },
);

async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const { mkdtemp, rm } = await import("node:fs/promises");
  const { tmpdir } = await import("node:os");
  const path = await mkdtemp(`${tmpdir()}/faults-`);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
