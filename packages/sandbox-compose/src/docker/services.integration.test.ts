import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mergeCompose } from "../compose/merge.js";
import { parseComposeSpec } from "../compose/parse.js";
import type { ComposeSpec, ServiceInput } from "../compose/spec.js";
import { GpuUnavailableError, ImageBuildError, ImageMissingError, SandboxStartError } from "../errors.js";
import type { Sandbox, SandboxEvent, UpOptions } from "../provider.js";
import { dockerTestProblem, TEST_IMAGE, TEST_SPEC } from "../test-support/docker.js";
import { Engine } from "./engine.js";
import { createDockerProvider, type DockerProvider } from "./provider.js";

const problem = await dockerTestProblem();
const SERVER = `use IO::Socket::INET; my $s = IO::Socket::INET->new(Listen => 5, LocalPort => 8080, ReuseAddr => 1) or die; while (my $c = $s->accept) { print $c "hello from inside\\n"; close $c }`;
const FETCH = ["bash", "-c", "exec 3<>/dev/tcp/web/8080 && cat <&3"];

describe.skipIf(problem !== undefined)(`what a compose spec becomes in Docker ${problem ?? ""}`, () => {
  const runId = `services-${process.pid}`;
  let provider: DockerProvider;
  let engine: Engine;
  let directory: string;

  const spec = (services: Record<string, ServiceInput>, more: Record<string, unknown> = {}): ComposeSpec => {
    const withImage = Object.entries(services).map(([name, service]) => [
      name,
      { ...("build" in service ? {} : { image: TEST_IMAGE }), "x-local": true, mem_limit: "256m", ...service },
    ]);
    return parseComposeSpec({ services: Object.fromEntries(withImage), ...more });
  };
  const up = (composeSpec: ComposeSpec, more: Partial<UpOptions> = {}): Promise<Sandbox> => {
    return provider.up(composeSpec, { runId, name: "services", ...more });
  };
  const failureOf = async (composeSpec: ComposeSpec, more: Partial<UpOptions> = {}): Promise<unknown> => {
    const error = await up(composeSpec, more).then(
      (sandbox) => sandbox[Symbol.asyncDispose](),
      (reason: unknown) => reason,
    );
    const left = await engine.labelled(`dev.mlebench.sandbox.run-id=${runId}`);
    expect(Object.values(left).flat()).toEqual([]);
    return error;
  };
  const output = async (sandbox: Sandbox, script: string, user = "root"): Promise<string> => {
    return (await sandbox.exec(["sh", "-c", script], { user, timeoutSeconds: 20 })).stdout.trim();
  };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "services-"));
    provider = createDockerProvider({ maxSandboxes: 8, composeDirectory: directory });
    engine = new Engine();
  });

  afterAll(async () => {
    await provider?.[Symbol.asyncDispose]();
    engine?.close();
    await rm(directory, { recursive: true, force: true });
  });

  it("holds hostile code by default", async () => {
    await using sandbox = await up(parseComposeSpec({ services: { default: { image: TEST_IMAGE } } }));
    expect(await output(sandbox, "ls /sys/class/net")).toBe("lo");
    expect(await output(sandbox, "grep NoNewPrivs /proc/self/status")).toMatch(/1$/);
    // CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID and SETUID, and no other.
    expect(await output(sandbox, "grep CapBnd /proc/self/status")).toMatch(/00000000000000eb$/);
    expect(await output(sandbox, "cat /proc/1/comm")).toMatch(/init|tini/);
    expect(await output(sandbox, "ulimit -c")).toBe("0");
    expect(Number(await output(sandbox, "cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null"))).toBe(
      Math.max(1024, 64 * cpus().length),
    );
    expect(Number(await output(sandbox, "df -k /dev/shm | tail -1 | awk '{print $2}'"))).toBeGreaterThan(500_000);
    const { memoryBytes } = await provider.version();
    const limit = Number(
      await output(sandbox, "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null"),
    );
    expect(limit).toBeLessThan(memoryBytes);
    expect(await output(sandbox, "ls /var/run/docker.sock /run/docker.sock 2>/dev/null")).toBe("");
    expect(await output(sandbox, "mount -t tmpfs none /mnt 2>&1; mknod /tmp/sda b 8 0 2>&1")).toMatch(
      /denied|permitted/,
    );
    expect(await output(sandbox, "su -s /bin/sh nobody -c 'id -un'")).toBe("nobody");
  });

  it("does what the spec says instead where it says so", async () => {
    await writeFile(join(directory, "data.txt"), "data");
    const composeSpec = spec(
      {
        default: {
          command: ["sh", "-c", "echo $GREETING; exec tail -f /dev/null"],
          environment: { GREETING: "hi there", COMPETITION_ID: "x" },
          working_dir: "/var/tmp",
          user: "nobody",
          hostname: "box",
          pids_limit: 77,
          shm_size: "20m",
          cpus: 0.5,
          tmpfs: ["/scratch:size=1m"],
          volumes: [
            `${directory}:/home/data`,
            "cache:/cache",
            { type: "tmpfs", target: "/fast", tmpfs: { size: "2m" } },
          ],
          // No soft limit for files: runc raises it to the hard one now and then.
          ulimits: { nofile: 200, cpu: { soft: 100, hard: 150 } },
          cap_add: ["NET_RAW"],
          cap_drop: ["ALL"],
          read_only: true,
        },
      },
      { volumes: { cache: null } },
    );
    await using sandbox = await up(composeSpec);
    const facts = "pwd; id -un; hostname; printenv COMPETITION_ID; ulimit -n; ulimit -S -t; ulimit -H -t";
    expect((await sandbox.exec(["sh", "-c", facts])).stdout).toBe("/var/tmp\nnobody\nbox\nx\n200\n100\n150\n");
    expect(await output(sandbox, "cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null")).toBe("77");
    expect(await output(sandbox, "cat /home/data/data.txt; echo x >/home/data/new")).toBe("data");
    expect(await output(sandbox, "touch /anywhere 2>&1")).toMatch(/Read-only/);
    expect(await output(sandbox, "touch /scratch/a /fast/a /cache/a && echo ok")).toBe("ok");
    expect(await engine.lastWords(`${sandbox.id}-default-1`)).toBe(" Its last output: hi there");
    await expect(readFile(join(directory, "new"))).rejects.toThrow();
  });

  it("copies out of memory-backed mounts, without following links there either", async () => {
    await using sandbox = await up(mergeCompose(TEST_SPEC, { services: { default: { tmpfs: ["/home/submission"] } } }));
    await sandbox.exec(["sh", "-c", "cd /home/submission; echo a >a; ln -s a b; ln -s /etc etc"]);
    const copied = await sandbox.copyOut("/home/submission", join(directory, "memory"));
    expect(copied).toMatchObject({ files: 1, bytes: 2 });
    expect(copied.skipped.map(({ path }) => path).sort()).toEqual(["b", "etc"]);
    await expect(sandbox.copyOut("/home/submission/b", join(directory, "no"))).rejects.toMatchObject({
      problem: "link",
    });
    await expect(sandbox.copyOut("/home/submission/etc/passwd", join(directory, "no"))).rejects.toMatchObject({
      problem: "link",
    });
    await expect(sandbox.copyOut("/home/submission/none", join(directory, "no"))).rejects.toMatchObject({
      problem: "not-found",
    });
  });

  it("writes no file in the place of a device", async () => {
    await using sandbox = await up(TEST_SPEC);
    await expect(sandbox.writeFile("/dev/null", "x")).rejects.toMatchObject({ problem: "not-a-file" });
    expect(await output(sandbox, "test -c /dev/null && echo there")).toBe("there");
  });

  it("lets people and other tools recognise the project", async () => {
    await using sandbox = await up(TEST_SPEC, { name: "Spaceship_Titanic!" });
    expect(sandbox.id).toMatch(/^inspect-[a-z\d\-_]*-i[a-z\d]{6,}$/);
    const { container } = await engine.labelled(`com.docker.compose.project=${sandbox.id}`);
    expect(container[0]?.labels).toMatchObject({
      "com.docker.compose.service": "default",
      "com.docker.compose.oneoff": "False",
      "dev.mlebench.sandbox.run-id": runId,
      "dev.mlebench.sandbox.pid": String(process.pid),
    });
    const file = container[0]?.labels["com.docker.compose.project.config_files"] ?? "";
    expect(parseComposeSpec(await readFile(file, "utf8")).services["default"]).toMatchObject({
      ...{ image: TEST_IMAGE, pids_limit: 256, mem_limit: 512 * 2 ** 20 },
      ...{ network_mode: "none", cap_drop: ["ALL"], init: true },
      security_opt: ["no-new-privileges:true", expect.stringMatching(/^seccomp=\/.*\/seccomp-[0-9a-f]{8}\.json$/)],
    });
    expect(sandbox.connection()).toBe(`docker exec -it ${sandbox.id}-default-1 bash --login`);
  });

  it("starts several services in order, healthy, on a network that leads nowhere else", async () => {
    const events: SandboxEvent[] = [];
    const composeSpec = spec({
      default: {
        depends_on: { web: { condition: "service_healthy" }, setup: { condition: "service_completed_successfully" } },
      },
      web: {
        command: ["perl", "-e", SERVER],
        healthcheck: { test: ["CMD", "bash", "-c", "</dev/tcp/127.0.0.1/8080"], interval: "1s", retries: 20 },
      },
      setup: { command: ["true"], network_mode: "none" },
    });
    await using sandbox = await up(composeSpec, { onProgress: (event) => events.push(event) });
    expect(await sandbox.exec(FETCH, { timeoutSeconds: 20 })).toMatchObject({
      exitCode: 0,
      stdout: "hello from inside\n",
    });
    const outside = await sandbox.exec(["bash", "-c", "exec 3<>/dev/tcp/1.1.1.1/53"], { timeoutSeconds: 5 });
    expect(outside.exitCode).not.toBe(0);
    const started = events.flatMap((event) => (event.type === "service-start" ? [event.service] : []));
    expect(started.at(-1)).toBe("default");
    expect(events.some((event) => event.type === "service-healthy" && event.service === "web")).toBe(true);
    const id = sandbox.id;
    await sandbox[Symbol.asyncDispose]();
    expect(Object.values(await engine.labelled(`com.docker.compose.project=${id}`)).flat()).toEqual([]);
  });

  it("says why a service does not come up, and leaves nothing", async () => {
    const ends = await failureOf(spec({ default: { command: ["sh", "-c", "echo no config >&2; exit 3"] } }));
    expect(ends).toBeInstanceOf(SandboxStartError);
    expect(String(ends)).toMatch(/exit code 3.*no config/s);
    const ill = await failureOf(
      spec({ default: { healthcheck: { test: "echo not yet; false", interval: "1s", retries: 1 } } }),
    );
    expect(ill).toBeInstanceOf(SandboxStartError);
    expect(String(ill)).toMatch(/healthcheck fails.*not yet/s);
    const slow = await failureOf(spec({ default: { healthcheck: { test: "false", interval: "1s", retries: 99 } } }), {
      startTimeoutSeconds: 1,
    });
    expect(String(slow)).toMatch(/not ready in time/);
    const source = join(directory, "missing");
    expect(String(await failureOf(spec({ default: { volumes: [`${source}:/x`] } })))).toMatch(/missing/);
  });

  it("tells a missing image and a missing GPU by their own errors", async () => {
    const missing = await failureOf(spec({ default: { image: "mlebench-no-such-image:1" } }));
    expect(missing).toBeInstanceOf(ImageMissingError);
    const devices = [{ driver: "nvidia", count: 1, capabilities: ["gpu"] }];
    const gpu = await failureOf(spec({ default: { deploy: { resources: { reservations: { devices } } } } }));
    expect(gpu).toBeInstanceOf(GpuUnavailableError);
  });

  it("builds an image once, with progress, and shows the end of a failing build", async () => {
    const context = await mkdtemp(join(tmpdir(), "build-"));
    const image = `mlebench-build-test:${process.pid}`;
    try {
      await writeFile(
        join(context, "Dockerfile"),
        `FROM ${TEST_IMAGE}\nARG WORD\nRUN echo "$WORD" >/word\nCOPY kept /kept\n`,
      );
      await writeFile(join(context, "kept"), "kept");
      await writeFile(join(context, ".dockerignore"), "left-out\n");
      await writeFile(join(context, "left-out"), "x");
      const composeSpec = spec({ default: { image, build: { context, args: { WORD: "built" }, network: "none" } } });
      const events: SandboxEvent[] = [];
      const onProgress = (event: SandboxEvent) => events.push(event);
      const both = await Promise.all([up(composeSpec, { onProgress }), up(composeSpec, { onProgress })]);
      expect(await output(both[0], "cat /word /kept")).toBe("built\nkept");
      await Promise.all(both.map((sandbox) => sandbox[Symbol.asyncDispose]()));
      expect(events.filter(({ type }) => type === "build-end")).toHaveLength(1);
      expect(events.some((event) => event.type === "build-output" && event.line.includes("RUN echo"))).toBe(true);
      await (await up(composeSpec, { onProgress, forceBuild: true }))[Symbol.asyncDispose]();
      expect(events.filter(({ type }) => type === "build-end")).toHaveLength(1);
      await writeFile(join(context, "Dockerfile"), `FROM ${TEST_IMAGE}\nRUN echo this goes wrong >&2 && exit 7\n`);
      const failing = spec({ default: { build: { context, network: "none" } } });
      const error = await failureOf(failing);
      expect(error).toBeInstanceOf(ImageBuildError);
      expect(String(error)).toMatch(/non-zero code: 7.*\nthis goes wrong\n/s);
    } finally {
      await engine.removeImage(image).catch(() => undefined);
      await rm(context, { recursive: true });
    }
  });

  it("leaves a sandbox up when told, for cleanup by run id or with includeKept", async () => {
    const keptRun = `${runId}-kept`;
    const events: SandboxEvent[] = [];
    const sandbox = await provider.up(TEST_SPEC, {
      runId: keptRun,
      name: "kept",
      keep: true,
      onProgress: (event) => events.push(event),
    });
    await sandbox[Symbol.asyncDispose]();
    expect(events.at(-1)).toEqual({ type: "sandbox-kept", id: sandbox.id, connection: sandbox.connection() });
    expect((await engine.inspectContainer(`${sandbox.id}-default-1`)).running).toBe(true);
    // With it goes the container that holds what it binds.
    const names = (await provider.cleanup({ runId: keptRun })).removed.map(({ name }) => name);
    expect(names.sort()).toEqual([`${sandbox.id}-default-1`, `${sandbox.id}-mlebench.holder-1`]);
  });

  it("leaves nothing of what was starting, or waiting to start, when it is disposed of", async () => {
    const own = createDockerProvider({ maxSandboxes: 1, composeDirectory: directory });
    let disposing: Promise<void> | undefined;
    const onProgress = ({ type }: SandboxEvent) => {
      if (type === "service-start") disposing ??= Promise.resolve(own[Symbol.asyncDispose]());
    };
    const both = await Promise.allSettled([
      own.up(spec({ default: {}, helper: {} }), { runId, name: "first", onProgress }),
      own.up(TEST_SPEC, { runId, name: "second" }),
    ]);
    const ended = { status: "rejected", reason: { code: "SANDBOX_PROVIDER_DISPOSED" } };
    expect(both).toMatchObject([ended, ended]);
    await disposing;
    expect(Object.values(await engine.labelled(`dev.mlebench.sandbox.run-id=${runId}`)).flat()).toEqual([]);
  });

  it("lets only so many be up at a time", async () => {
    await using narrow = createDockerProvider({ maxSandboxes: 1, composeDirectory: directory });
    const first = await narrow.up(TEST_SPEC, { runId, name: "first" });
    let waited = false;
    const second = narrow.up(TEST_SPEC, {
      runId,
      name: "second",
      onProgress: (event) => (waited ||= event.type === "slot-wait"),
    });
    const given = narrow.up(TEST_SPEC, { runId, name: "third", signal: AbortSignal.timeout(50) });
    await expect(given).rejects.toThrow();
    expect(waited).toBe(true);
    await first[Symbol.asyncDispose]();
    await (await second)[Symbol.asyncDispose]();
  });
});
