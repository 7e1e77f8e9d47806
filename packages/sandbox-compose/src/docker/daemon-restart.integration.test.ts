import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { SandboxUnavailableError } from "../errors.js";
import { dockerTestProblem, TEST_IMAGE, TEST_SPEC } from "../test-support/docker.js";
import { Engine } from "./engine.js";
import { createDockerProvider } from "./provider.js";

const SHARED_SOCKET = "/var/run/docker.sock";

function daemonProblem(): string | undefined {
  if (process.getuid?.() !== 0) return "a second daemon needs root";
  if (spawnSync("dockerd", ["--version"]).status !== 0) return "there is no dockerd";
  if (spawnSync("unshare", ["--net", "true"]).status !== 0) return "it needs a network namespace of its own";
  if (spawnSync("containerd", ["--version"]).status !== 0) return "there is no containerd";
  return existsSync(SHARED_SOCKET) ? undefined : `the image is copied over ${SHARED_SOCKET}`;
}

const problem = (await dockerTestProblem()) ?? daemonProblem();
if (problem !== undefined) process.stderr.write(`The daemon restart test is skipped: ${problem}\n`);

describe.skipIf(problem !== undefined)(`a Docker daemon that goes away ${problem ?? ""}`, () => {
  it("fails the running command at once, and everything is removed when the daemon is back", async () => {
    const interfaces = (await readdir("/sys/class/net")).filter((name) => !/^(veth|br-)/.test(name)).sort();
    await using daemon = await privateDaemon();
    await daemon.start();
    expect(await readdir("/sys/class/net")).toEqual(expect.arrayContaining(interfaces));
    await copyImage(daemon.socket);
    await using provider = createDockerProvider({ socketPath: daemon.socket });
    const runId = `restart-${process.pid}`;
    const sandbox = await provider.up(TEST_SPEC, { runId, name: "restart" });
    expect((await sandbox.exec(["echo", "up"])).stdout).toBe("up\n");

    const running = sandbox.exec(["sleep", "60"], { timeoutSeconds: 60 }).catch((error: unknown) => error);
    await sleep(300);
    await daemon.kill();
    const error = await running;
    expect(error).toBeInstanceOf(SandboxUnavailableError);
    expect(error).toMatchObject({ reason: "daemon" });
    await expect(sandbox.exec(["true"])).rejects.toMatchObject({ reason: "daemon" });

    await daemon.start();
    await sandbox[Symbol.asyncDispose]();
    const engine = new Engine({ socketPath: daemon.socket });
    expect(Object.values(await engine.labelled(`dev.mlebench.sandbox.run-id=${runId}`)).flat()).toEqual([]);
    engine.close();
    await using next = await provider.up(TEST_SPEC, { runId, name: "restart" });
    expect((await next.exec(["echo", "again"])).stdout).toBe("again\n");
  }, 120_000);
});

interface PrivateDaemon extends AsyncDisposable {
  readonly socket: string;
  start(): Promise<void>;
  /** As a crash does it. */
  kill(): Promise<void>;
}

/** A daemon (and a containerd) with everything of its own, network included, so that the machine's is not touched. */
async function privateDaemon(): Promise<PrivateDaemon> {
  // Unix sockets have short names.
  const root = await mkdtemp(join(tmpdir(), "dockerd-"));
  const at = (name: string) => join(root, name);
  await mkdir(at("exec"));
  await writeFile(at("none.json"), "{}");
  const containerdConfig = [
    "version = 2",
    `root = "${at("containerd")}"`,
    `state = "${at("run")}"`,
    'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
    `[grpc]\naddress = "${at("c.sock")}"`,
  ];
  await writeFile(at("containerd.toml"), containerdConfig.join("\n"));
  const containerd = spawn("containerd", ["--config", at("containerd.toml")], { stdio: "ignore" });
  const options = {
    host: `unix://${at("docker.sock")}`,
    containerd: at("c.sock"),
    "data-root": at("data"),
    "exec-root": at("exec"),
    pidfile: at("docker.pid"),
    "config-file": at("none.json"),
    bridge: "none",
    iptables: "false",
    "ip-masq": "false",
  };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  let dockerd: ChildProcess | undefined;
  return {
    socket: at("docker.sock"),
    async start() {
      await rm(at("docker.pid"), { force: true });
      // In a network namespace of its own: with its bridge turned off, a daemon deletes the docker0 that it finds.
      dockerd = spawn("unshare", ["--net", "dockerd", ...args], { stdio: ["ignore", "ignore", "pipe"] });
      let words = "";
      dockerd.stderr?.on("data", (chunk: Buffer) => {
        words = (words + chunk.toString("utf8")).slice(-2000);
      });
      const engine = new Engine({ socketPath: at("docker.sock") });
      try {
        for (let attempt = 0; ; attempt += 1) {
          const answer = await engine.version().catch((error: unknown) => error);
          if (!(answer instanceof Error)) return;
          if (attempt > 150 || dockerd.exitCode !== null) throw new Error(`dockerd did not start: ${words}`);
          await sleep(200);
        }
      } finally {
        engine.close();
      }
    },
    kill: () => stop(dockerd, "SIGKILL"),
    async [Symbol.asyncDispose]() {
      await stop(dockerd, "SIGTERM");
      await stop(containerd, "SIGTERM");
      for (const pid of await processesNaming(root)) process.kill(pid, "SIGKILL");
      const mounts = (await readFile("/proc/self/mounts", "utf8")).split("\n").map((line) => line.split(" ")[1] ?? "");
      for (const mount of mounts.filter((path) => path.startsWith(root)).reverse()) spawnSync("umount", ["-l", mount]);
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function stop(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}

/** What a failing test left of the private daemons: shims that name their folder. */
async function processesNaming(root: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) =>
      (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).includes(root) ? Number(pid) : 0,
    ),
  );
  return found.filter((pid) => pid > 0);
}

async function copyImage(socket: string): Promise<void> {
  const saved = await call(SHARED_SOCKET, "GET", `/images/${encodeURIComponent(TEST_IMAGE)}/get`);
  const loaded = await call(socket, "POST", "/images/load?quiet=1", saved);
  loaded.resume();
  await once(loaded, "end");
}

function call(socketPath: string, method: string, path: string, body?: IncomingMessage): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "content-type": "application/x-tar" };
    const outgoing = request({ socketPath, method, path, headers, agent: false }, resolve);
    outgoing.on("error", reject);
    if (body === undefined) outgoing.end();
    else body.pipe(outgoing);
  });
}
