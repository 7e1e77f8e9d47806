import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseComposeSpec } from "../compose/parse.js";
import type { ComposeInput } from "../compose/spec.js";
import { writeComposeFile } from "../compose/write.js";
import { findCompose } from "../test-support/compose.js";
import { dockerTestProblem, TEST_IMAGE } from "../test-support/docker.js";
import { createDockerProvider, type DockerProvider } from "./provider.js";

const run = promisify(execFile);
const compose = (await dockerTestProblem()) === undefined ? await findCompose() : undefined;
const HOST_FILES = ["/etc/hosts", "/etc/resolv.conf", "/etc/hostname"];
/** Compose reads a profile and writes it again. */
const withoutSpaces = (option: string) => {
  const [, profile] = /^seccomp=(\{.*)$/s.exec(option) ?? [];
  return profile === undefined ? option : JSON.stringify(JSON.parse(profile));
};
const device = { driver: "nvidia", count: 1, capabilities: ["gpu"] };

/** What of a container its isolation, limits and command depend on. */
async function startedContainers(project: string): Promise<Record<string, unknown>> {
  const { stdout: ids } = await run("docker", ["ps", "-aq", "--filter", `label=com.docker.compose.project=${project}`]);
  const { stdout } = await run("docker", ["inspect", ...ids.trim().split("\n")]);
  const containers = JSON.parse(stdout.replaceAll(project, "PROJECT")) as {
    Config: Record<string, unknown> & { Labels: Record<string, string> };
    HostConfig: Record<string, unknown>;
    Mounts: Record<string, unknown>[];
  }[];
  return Object.fromEntries(
    containers.map(({ Config, HostConfig, Mounts }) => {
      const of = (from: Record<string, unknown>, ...keys: string[]) => keys.map((key) => [key, from[key] ?? undefined]);
      const facts = [
        ...of(Config, "Cmd", "Entrypoint", "WorkingDir", "User", "Healthcheck", "StopSignal", "Env"),
        ...of(HostConfig, "NetworkMode", "CapAdd", "CapDrop", "PidsLimit", "Init", "Ulimits", "LogConfig"),
        ...of(
          HostConfig,
          "Memory",
          "MemorySwap",
          "MemoryReservation",
          "ShmSize",
          "NanoCpus",
          "ReadonlyRootfs",
          "Tmpfs",
        ),
        ...of(HostConfig, "Privileged", "IpcMode", "Runtime"),
        ["SecurityOpt", (HostConfig["SecurityOpt"] as string[]).map(withoutSpaces).sort()],
        [
          "Mounts",
          // What holds the limit on disk is not in the file.
          Mounts.filter(({ Destination }) => !HOST_FILES.includes(String(Destination)))
            .map(({ Type, Name, Source, Destination, RW }) => [Type, Name ?? Source, Destination, RW].join())
            .sort(),
        ],
      ];
      return [Config.Labels["com.docker.compose.service"], Object.fromEntries(facts)];
    }),
  );
}

describe.skipIf(compose === undefined)("a compose file that a sandbox left", () => {
  let directory: string;
  let provider: DockerProvider;
  const specs: Record<string, ComposeInput> = {
    defaults: { services: { default: { image: TEST_IMAGE } } },
    several: {
      services: {
        default: {
          image: TEST_IMAGE,
          command: ["sh", "-c", "echo $GREETING; exec tail -f /dev/null"],
          environment: { GREETING: "no $HOME", WHEN: "12:30", ANSWER: "no" },
          working_dir: "/var/tmp",
          user: "1000",
          volumes: ["/usr/share:/home/data", "cache:/cache"],
          tmpfs: ["/scratch:size=1m"],
          depends_on: { helper: { condition: "service_healthy" } },
          deploy: { resources: { limits: { cpus: "0.5", memory: "300m", pids: 77 }, reservations: { memory: "10m" } } },
          memswap_limit: "400m",
          ulimits: { nofile: { soft: 200, hard: 300 } },
          cap_drop: ["ALL"],
          cap_add: ["KILL"],
          read_only: true,
          stop_signal: "SIGINT",
          restart: "no",
        },
        helper: { image: TEST_IMAGE, mem_limit: "64m", healthcheck: { test: "true", interval: "1s" } },
      },
      volumes: { cache: null },
    },
  };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "compose-file-"));
    provider = createDockerProvider({ composeDirectory: directory });
  });

  afterAll(async () => {
    await provider?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  it.each(Object.keys(specs))("starts the same with Docker's own Compose: %s", async (name) => {
    const sandbox = await provider.up(parseComposeSpec(specs[name]!), { runId: `compose-${process.pid}`, name });
    const ours = await startedContainers(sandbox.id).finally(() => sandbox[Symbol.asyncDispose]());
    const [file] = (await readdir(directory)).filter((each) => each.startsWith(`${name}-`));
    const project = `composefile${name}${process.pid}`;
    const args = ["-p", project, "-f", join(directory, file!)];
    try {
      await compose!(...args, "up", "-d");
      expect(await startedContainers(project)).toEqual(ours);
    } finally {
      await compose!(...args, "down", "--volumes", "--timeout", "0");
    }
  });

  it("is accepted with a request for GPUs", async () => {
    const spec = parseComposeSpec({
      services: { default: { image: TEST_IMAGE, deploy: { resources: { reservations: { devices: [device] } } } } },
    });
    const file = await writeComposeFile(directory, "gpu", spec);
    expect(await compose!("-f", file, "config")).toContain("nvidia");
  });
});
