import { statfs } from "node:fs/promises";
import { codeOf, messageOf, shortId } from "@mlebench/base";
import { createDockerProvider, type DockerProvider, parseComposeSpec } from "@mlebench/sandbox-compose";
import { hintOf, messageWithHint } from "../describe-error.js";
import type { Finding } from "./doctor.js";

/** What the full image takes while it is built, and some room for containers. */
const COMFORTABLE_GB = 40;

/** The engine, its disk, and whether the image is there and starts. */
export async function checkDocker(image: string): Promise<Finding[]> {
  await using provider = createDockerProvider();
  try {
    const { foundBy, version, apiVersion, storageDriver, cgroupVersion, cpus, memoryBytes, runtimes, dataRoot } =
      await provider.version();
    const gigabytes = Math.round(memoryBytes / 1e9);
    return [
      {
        name: "Docker",
        state: "ok",
        facts: `found by ${foundBy}: version ${version}, API ${apiVersion}, ${storageDriver}, cgroup v${cgroupVersion}, ${cpus} CPUs, ${gigabytes} GB, runtimes ${runtimes.join(", ")}`,
      },
      await checkDisk(dataRoot),
      await checkImage(provider, image),
    ];
  } catch (error) {
    return [
      {
        name: "Docker",
        state: "missing",
        facts: messageOf(error),
        fix: hintOf(error) ?? "Start Docker, or use --sandbox-type local.",
      },
    ];
  }
}

async function checkDisk(dataRoot: string): Promise<Finding> {
  const name = "Docker disk";
  try {
    const { bavail, bsize } = await statfs(dataRoot);
    const freeGB = Math.floor((bavail * bsize) / 1e9);
    const facts = `${freeGB} GB free in ${dataRoot}`;
    if (freeGB >= COMFORTABLE_GB) return { name, state: "ok", facts };
    return {
      name,
      state: "warning",
      facts,
      fix: "The full image takes 13 GB, and 25 GB while it is built; `docker system prune` frees space.",
    };
  } catch {
    return { name, state: "ok", facts: `${dataRoot}, on another machine` };
  }
}

async function checkImage(provider: DockerProvider, image: string): Promise<Finding> {
  const name = "Image";
  const started = performance.now();
  try {
    const spec = parseComposeSpec({
      services: { default: { image, pull_policy: "never", network_mode: "none", init: true } },
    });
    await using _sandbox = await provider.up(spec, { runId: shortId(), name: "doctor" });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    return { name, state: "ok", facts: `${image} is there; a container is up in ${seconds} s` };
  } catch (error) {
    if (codeOf(error) !== "IMAGE_MISSING")
      return {
        name,
        state: "missing",
        facts: messageWithHint(error),
        fix: "Build it again: mlebench image build --force-rebuild.",
      };
    return {
      name,
      state: "warning",
      facts: `${image} is not built yet`,
      fix: "The first run builds it, or do it now: mlebench image build.",
    };
  }
}
