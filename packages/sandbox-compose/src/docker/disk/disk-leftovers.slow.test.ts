import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { testRandom } from "@mlebench/base/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildChildPrograms, type ChildPrograms } from "../../test-support/child-program.js";
import { dockerTestProblem, TEST_IMAGE } from "../../test-support/docker.js";
import { createDockerProvider, type DockerProvider } from "../provider.js";

const ROUNDS = 12;
const problem =
  (await dockerTestProblem()) ??
  (process.getuid?.() === 0 && existsSync("/sys/block") ? undefined : "loop devices are root's to see");
if (problem !== undefined) process.stderr.write(`Leftovers of disks are not tested: ${problem}\n`);

const docker = (...args: string[]) => spawnSync("docker", args, { encoding: "utf8" }).stdout.trim();

/** Mounts, images and loop devices of disks that belong to no container. */
function orphans(dataRoot: string): string[] {
  const ids = docker("ps", "-aq", "--no-trunc")
    .split("\n")
    .filter((id) => id !== "");
  const folders = ids.length === 0 ? "" : docker("inspect", "-f", "{{.GraphDriver.Data.UpperDir}}", ...ids);
  const owned = new Set(folders.split("\n").map((upper) => upper.replace(/\/diff$/, "")));
  const mounts = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" "));
  const disks = mounts.filter(
    ([device = "", target = ""]) => device.startsWith("/dev/loop") && target.startsWith(dataRoot),
  );
  const mounted = new Set(disks.map(([device = ""]) => device.replace("/dev/", "")));
  const devices = readdirSync("/sys/block").filter((name) => {
    const file = `/sys/block/${name}/loop/backing_file`;
    return existsSync(file) && readFileSync(file, "utf8").includes("/.limit");
  });
  const images = readdirSync(`${dataRoot}/overlay2`).map((name) => `${dataRoot}/overlay2/${name}/.limit`);
  return [
    ...disks
      .filter(([, target = ""]) => target.includes("/overlay2/") && !owned.has(target))
      .map(([, target]) => `mount ${target}`),
    ...devices.filter((device) => !mounted.has(device)).map((device) => `device ${device}`),
    ...images
      .filter((path) => existsSync(path) && !owned.has(path.slice(0, -"/.limit".length)))
      .map((path) => `image ${path}`),
  ];
}

describe.skipIf(problem !== undefined)(`what is left of disks ${problem ?? ""}`, () => {
  let programs: ChildPrograms;
  let provider: DockerProvider;

  beforeAll(async () => {
    programs = await buildChildPrograms();
    provider = createDockerProvider();
  });

  afterAll(async () => {
    await provider?.[Symbol.asyncDispose]();
    await programs?.[Symbol.asyncDispose]();
  });

  it("is removed by a clean-up, whenever the client was killed", async () => {
    const { dataRoot } = await provider.version();
    const random = testRandom("disk leftovers");
    for (let round = 0; round < ROUNDS; round += 1) {
      const runId = `left-${process.pid}-${round}`;
      const child = programs.start(`
        const provider = api.createDockerProvider();
        const spec = api.parseComposeSpec({ services: { default: { image: "${TEST_IMAGE}", "x-local": true, mem_limit: "64m",
          storage_opt: { size: "64m" }, volumes: ["named:/named"] } }, volumes: { named: null } });
        console.log("begun");
        await provider.up(spec, { runId: "${runId}", name: "left" });
        console.log("up");
        setInterval(() => undefined, 1000);`);
      await once(child.stdout, "data");
      await sleep(random() * 1500);
      child.kill("SIGKILL");
      await once(child, "exit");
      // What the engine was asked for before is done by it afterwards.
      await sleep(1500);
      const { failed } = await provider.cleanup();
      expect(failed).toEqual([]);
      const label = `label=dev.mlebench.sandbox.pid=${child.pid}`;
      expect(docker("ps", "-aq", "--filter", label) + docker("volume", "ls", "-q", "--filter", label)).toBe("");
    }
    await expect.poll(() => orphans(dataRoot), { timeout: 20_000 }).toEqual([]);
  });

  it("is nothing after a sandbox was removed by somebody else", async () => {
    const { dataRoot } = await provider.version();
    const service = `services: { default: { image: "${TEST_IMAGE}", x-local: true, mem_limit: 64m, storage_opt: { size: 64m } } }`;
    const { parseComposeSpec } = await import("../../compose/parse.js");
    await using sandbox = await provider.up(parseComposeSpec(service), { runId: `left-${process.pid}`, name: "left" });
    docker("rm", "-f", `${sandbox.id}-default-1`);
    await expect.poll(() => orphans(dataRoot), { timeout: 20_000 }).toEqual([]);
  });
});
