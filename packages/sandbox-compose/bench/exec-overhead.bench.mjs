// What a command in a sandbox costs over the plain `docker exec` of the command line, and over the Engine API alone.
import { spawnSync } from "node:child_process";
import Docker from "dockerode";
import { createDockerProvider, createLocalProvider, parseComposeSpec } from "../dist/index.js";

const ROUNDS = Number(process.env.ROUNDS ?? 60);
const image = process.env.MLEBENCH_TEST_IMAGE ?? "mlebench-base:bookworm";
const spec = parseComposeSpec({ services: { default: { image, "x-local": true } } });
const options = { runId: "bench", name: "bench", onProgress: () => undefined };

const docker = createDockerProvider();
const local = createLocalProvider({ bubblewrap: "never" });
const sandbox = await docker.up(spec, options);
const onHost = await local.up(spec, options);
const container = `${sandbox.id}-default-1`;
const client = new Docker();

async function throughApi() {
  const exec = await client.getContainer(container).exec({ Cmd: ["true"], AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({ hijack: true, stdin: false });
  await new Promise((resolve) => stream.resume().once("end", resolve));
  await exec.inspect();
}

const candidates = {
  "docker exec (command line)": () => spawnSync("docker", ["exec", container, "true"]),
  "Engine API, create + start + inspect": throughApi,
  "sandbox.exec, docker": () => sandbox.exec(["true"], { timeoutSeconds: 60 }),
  "sandbox.exec, local": () => onHost.exec(["true"], { timeoutSeconds: 60 }),
};

const times = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
try {
  // In turns, so that a busy moment of the machine hits all alike.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, run] of Object.entries(candidates)) {
      const startedAt = performance.now();
      await run();
      times[name].push(performance.now() - startedAt);
    }
  }
} finally {
  await Promise.all([docker[Symbol.asyncDispose](), local[Symbol.asyncDispose]()]);
}

const medians = Object.entries(times).map(([name, values]) => [name, values.sort((a, b) => a - b)[ROUNDS >> 1]]);
const raw = medians[0][1];
for (const [name, median] of medians) {
  console.log(`${name.padEnd(38)} ${median.toFixed(1).padStart(7)} ms   ${(median / raw).toFixed(2)} x docker exec`);
}
