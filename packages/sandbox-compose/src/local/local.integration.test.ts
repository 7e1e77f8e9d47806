import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseComposeSpec } from "../compose/parse.js";
import type { Sandbox, SandboxEvent } from "../provider.js";
import { buildChildPrograms } from "../test-support/child-program.js";
import { bubblewrapProblem } from "./bubblewrap.js";
import { ownProcessesCommand } from "./own-processes.js";
import { createLocalProvider } from "./provider.js";

const linux = process.platform === "linux";
const noBubblewrap = bubblewrapProblem();
const run = { runId: "local-test", name: "local" };

/** How many processes of this machine are `sleep` with this argument. */
function sleeping(argument: string): number {
  const lines = readdirSync("/proc").map((name) => {
    try {
      return readFileSync(`/proc/${name}/cmdline`, "latin1");
    } catch {
      return "";
    }
  });
  return lines.filter((line) => line === `sleep\0${argument}\0`).length;
}

describe("the local provider", () => {
  let root: string;
  let data: string;
  let directory: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "local-test-"));
    directory = join(root, "sandboxes");
    data = join(root, "data");
    await mkdir(data);
    await writeFile(join(data, "train.csv"), "a,b\n");
    await writeFile(join(root, "secret"), "secret");
  });
  afterAll(() => rm(root, { recursive: true }));

  const spec = () => {
    return parseComposeSpec({
      services: {
        default: {
          image: "x",
          cpus: 2,
          volumes: [`${data}:/home/data:ro`],
          environment: { COMPETITION_ID: "demo" },
          mem_limit: "600m",
          ulimits: { nofile: 123 },
        },
      },
    });
  };
  const output = async (sandbox: Sandbox, script: string) => (await sandbox.exec(["sh", "-c", script])).stdout.trim();

  it("warns once that it does not isolate, and names what it ignores", async () => {
    await using provider = createLocalProvider({ directory, bubblewrap: "never" });
    const warnings: string[] = [];
    const onProgress = (event: SandboxEvent) => {
      if (event.type === "warning") warnings.push(event.message);
    };
    await using one = await provider.up(spec(), { ...run, onProgress });
    await using two = await provider.up(spec(), { ...run, onProgress });
    expect(one.capabilities).toEqual({ users: false, isolated: false });
    expect(two.id).not.toBe(one.id);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/does NOT isolate.*ignores image, cpus/s);
  });

  it("gives a home of its own, the mounts, the spec's environment and nothing of ours", async () => {
    const env = { PATH: process.env["PATH"], SECRET_KEY: "s3cret" };
    await using provider = createLocalProvider({ directory, bubblewrap: "never", env });
    await using sandbox = await provider.up(spec(), { ...run, onProgress: () => undefined });
    expect(await output(sandbox, "pwd -P; echo $HOME")).toBe(`${sandbox.paths.home}\n${sandbox.paths.home}`);
    expect(
      await output(
        sandbox,
        `cat ${sandbox.paths.data}/train.csv; ls -d ${sandbox.paths.submission} ${sandbox.paths.logs} | wc -l`,
      ),
    ).toMatch(/^a,b\n\s*2$/);
    expect(await output(sandbox, "env")).toMatch(/COMPETITION_ID=demo/);
    expect(await output(sandbox, "env")).not.toMatch(/SECRET_KEY/);
    expect(await output(sandbox, "ulimit -n; ulimit -c")).toBe("123\n0");
    await expect(sandbox.copyOut(join(root, "secret"), join(root, "copied"))).rejects.toMatchObject({
      problem: "permission",
    });
    await expect(sandbox.copyOut(`${sandbox.paths.data}/train.csv`, join(root, "copied"))).rejects.toMatchObject({
      problem: "link",
    });
  });

  it("keeps the PATH in a login shell", async () => {
    const env = { PATH: `${root}:/usr/bin:/bin` };
    await using provider = createLocalProvider({ directory, bubblewrap: "never", env });
    await using sandbox = await provider.up(spec(), { ...run, onProgress: () => undefined });
    expect((await sandbox.exec(["bash", "--login", "-c", "echo $PATH"])).stdout.trim()).toBe(env.PATH);
  });

  it.runIf(linux)("limits the memory of each process", async () => {
    await using provider = createLocalProvider({ directory, bubblewrap: "never" });
    await using sandbox = await provider.up(spec(), { ...run, onProgress: () => undefined });
    const fill = (mebibytes: number) => {
      const program = `const kept = []; for (let i = 0; i < ${mebibytes}; i++) kept.push(Buffer.alloc(2 ** 20, 1)); console.log("done")`;
      return sandbox.exec([process.execPath, "-e", program], { timeoutSeconds: 30 });
    };
    expect(await fill(50)).toMatchObject({ exitCode: 0, stdout: "done\n" });
    expect((await fill(2000)).exitCode).not.toBe(0);
  });

  it.runIf(linux).each(["auto", "never"] as const)(
    "finds what a killed process left: its processes, daemons too, and its folder (own processes %s)",
    async (ownProcesses) => {
      await using programs = await buildChildPrograms();
      const nap = `987.${process.pid}${ownProcesses.length}`;
      const child = programs.start(`
      const provider = api.createLocalProvider(${JSON.stringify({ directory, bubblewrap: "never", ownProcesses })});
      const spec = api.parseComposeSpec({ services: { default: { image: "x" } } });
      const sandbox = await provider.up(spec, { runId: "victim", name: "victim", onProgress: () => undefined });
      await sandbox.exec(["sh", "-c", "nohup env -i setsid sleep ${nap} >/dev/null 2>&1 &"]);
      console.log("up");
      await sandbox.exec(["sleep", "${nap}"]);`);
      child.stderr.pipe(process.stderr);
      await once(child.stdout, "data");
      while (sleeping(nap) === 0) await sleep(20);
      await using provider = createLocalProvider({ directory, bubblewrap: "never" });
      expect((await provider.cleanup()).left).toMatchObject([{ runId: "victim", reason: "owner-alive" }]);
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
      const report = await provider.cleanup();
      expect(report.removed).toMatchObject([{ kind: "directory", runId: "victim" }]);
      expect(await readdir(directory)).toEqual([]);
      expect(sleeping(nap)).toBe(0);
    },
  );

  it.runIf(linux)("keeps kill -9 -1 from everything else, and the sandbox stays", async ({ skip }) => {
    if (ownProcessesCommand() === undefined) skip("this machine does not let unshare make a process tree");
    const bystander = spawn("sleep", ["600"], { stdio: "ignore" });
    await using provider = createLocalProvider({ directory, bubblewrap: "never" });
    await using sandbox = await provider.up(spec(), { ...run, onProgress: () => undefined });
    await sandbox.exec(["sh", "-c", "setsid sleep 601 >/dev/null 2>&1 &"]);
    const [victim] = await Promise.all([
      sandbox.exec(["sleep", "602"], { timeoutSeconds: 60 }),
      sandbox.exec(["sh", "-c", "kill -KILL -1"]),
    ]);
    expect(victim).toMatchObject({ exitCode: 137, timedOut: false });
    expect(await output(sandbox, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).not.toMatch(/sleep 60/);
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    bystander.kill();
    await once(bystander, "exit");
  });

  it.runIf(linux)("shows no process but the sandbox's own, nor their environment", async ({ skip }) => {
    if (ownProcessesCommand() === undefined) skip("this machine does not let unshare make a process tree");
    await using provider = createLocalProvider({ directory, bubblewrap: "never" });
    await using sandbox = await provider.up(spec(), { ...run, onProgress: () => undefined });
    expect(await output(sandbox, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).not.toContain("vitest");
    expect(await output(sandbox, "cat /proc/1/environ | tr '\\0' '\\n'")).toMatch(/COMPETITION_ID=demo/);
  });

  it("leaves a folder when told to keep it, and finds it by run id", async () => {
    await using provider = createLocalProvider({ directory, bubblewrap: "never" });
    const sandbox = await provider.up(spec(), { ...run, runId: "kept", keep: true, onProgress: () => undefined });
    await sandbox.writeFile(`${sandbox.paths.home}/note`, "x");
    await sandbox[Symbol.asyncDispose]();
    expect(await readdir(sandbox.paths.home)).toContain("note");
    expect((await provider.cleanup({ runId: "kept" })).removed).toHaveLength(1);
    expect(await readdir(directory)).toEqual([]);
  });

  it.runIf(linux)("goes through hundreds of sandboxes and commands without leaving anything open", async () => {
    await using provider = createLocalProvider({ directory, bubblewrap: "never", maxSandboxes: 4 });
    const open = async () => (await readdir("/proc/self/fd")).length;
    const round = async (count: number) => {
      await Promise.all(
        Array.from({ length: count }, async () => {
          await using sandbox = await provider.up(spec(), { ...run, onProgress: () => undefined });
          await sandbox.exec(["true"]);
          await sandbox.exec(["sh", "-c", "sleep 60 &"]);
        }),
      );
    };
    await round(5);
    const before = await open();
    await round(100);
    await sleep(50);
    expect(await open()).toBeLessThanOrEqual(before + 2);
    expect(await readdir(directory)).toEqual([]);
  });

  describe.skipIf(noBubblewrap !== undefined)(`with bubblewrap ${noBubblewrap ?? ""}`, () => {
    it("has the paths of a container, no network, a read-only system and no sight of the host", async () => {
      await using provider = createLocalProvider({ directory, bubblewrap: "require" });
      await using sandbox = await provider.up(spec(), { ...run, onProgress: () => undefined });
      expect(sandbox.paths).toMatchObject({ home: "/home", data: "/home/data", submission: "/home/submission" });
      expect(sandbox.capabilities.isolated).toBe(true);
      expect(
        await output(sandbox, "pwd; cat /home/data/train.csv; touch /home/data/x /usr/x /x 2>&1 | grep -c Read-only"),
      ).toBe("/home\na,b\n3");
      expect(await output(sandbox, "tail -n +3 /proc/net/dev | tr -d ' ' | cut -d: -f1")).toBe("lo");
      expect(await output(sandbox, `ls ${root} /root /home/* 2>&1 | grep -c secret`)).toBe("0");
      expect(
        await output(sandbox, "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'"),
      ).not.toContain(root);
      expect(await output(sandbox, "grep CapEff /proc/self/status")).toMatch(/0{16}$/);
      expect((await sandbox.exec(["node", "-e", "console.log(1)"])).stdout).toBe("1\n");
      const copied = await sandbox.copyOut("/home/data", join(root, "copied-data"));
      expect(copied.files).toBe(1);
    });

    it("shares its loopback between commands, and nobody else's", async () => {
      await using provider = createLocalProvider({ directory, bubblewrap: "require" });
      await using sandbox = await provider.up(spec(), { ...run, onProgress: () => undefined });
      await using other = await provider.up(spec(), { ...run, onProgress: () => undefined });
      const server = await sandbox.stream([
        "node",
        "-e",
        "require('http').createServer((q, s) => s.end('hello')).listen(5000, () => console.log('up'))",
      ]);
      server.stderr.resume();
      await once(server.stdout, "data");
      const fetch = [
        "node",
        "-e",
        "fetch('http://localhost:5000').then((r) => r.text()).then(console.log, () => process.exit(9))",
      ];
      expect((await sandbox.exec(fetch)).stdout).toBe("hello\n");
      expect((await other.exec(fetch)).exitCode).toBe(9);
      await server.kill();
    });

    it("says so when everything in it is killed, and still copies out", async () => {
      await using provider = createLocalProvider({ directory, bubblewrap: "require" });
      await using sandbox = await provider.up(spec(), { ...run, onProgress: () => undefined });
      await sandbox.writeFile("/home/submission/submission.csv", "id\n");
      await expect(sandbox.exec(["sh", "-c", "kill -KILL -1; sleep 5"])).rejects.toMatchObject({ reason: "stopped" });
      await expect(sandbox.exec(["true"])).rejects.toMatchObject({ reason: "stopped" });
      expect(await sandbox.copyOut("/home/submission/submission.csv", join(root, "saved.csv"))).toMatchObject({
        bytes: 3,
      });
    });
  });
});
