// What a disk of its own costs a sandbox: how long it takes to come up and go down, and how fast it writes, with the disk and with a watch only.
import { createDockerProvider, parseComposeSpec } from "../dist/index.js";

const ROUNDS = Number(process.env.ROUNDS ?? 12);
const MEGABYTES = Number(process.env.MEGABYTES ?? 1000);
const image = process.env.MLEBENCH_TEST_IMAGE ?? "mlebench-base:bookworm";
const spec = parseComposeSpec({
  services: { default: { image, "x-local": true, storage_opt: { size: `${2 * MEGABYTES}m` } } },
});
const options = { runId: "bench", name: "bench", onProgress: () => undefined };
const providers = {
  watched: createDockerProvider({ diskPerContainer: "never" }),
  "own disk": createDockerProvider(),
};
const works = {
  "up and down": async () => undefined,
  [`write ${MEGABYTES} MB and sync`]: (sandbox) =>
    sandbox.exec(["dd", "if=/dev/zero", "of=/tmp/a", "bs=1M", `count=${MEGABYTES}`, "conv=fsync"]),
  "write 10000 small files": (sandbox) =>
    sandbox.exec(["sh", "-c", "mkdir /tmp/f; cd /tmp/f; seq 10000 | split -l 1 -a 5 - ; sync"]),
};

const empty = () => Object.fromEntries(Object.keys(providers).map((name) => [name, []]));
const times = Object.fromEntries(Object.keys(works).map((work) => [work, empty()]));
try {
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [work, run] of Object.entries(works)) {
      // In turns, so that a busy moment of the machine hits all alike.
      for (const [name, provider] of Object.entries(providers)) {
        const upAt = performance.now();
        const sandbox = await provider.up(spec, options);
        const startedAt = performance.now();
        await run(sandbox);
        const ranFor = performance.now() - startedAt;
        await sandbox[Symbol.asyncDispose]();
        // The first round starts the helper and warms caches.
        if (round < 0) continue;
        times[work][name].push(work === "up and down" ? performance.now() - upAt : ranFor);
      }
    }
  }
} finally {
  await Promise.all(Object.values(providers).map((provider) => provider[Symbol.asyncDispose]()));
}

for (const [work, byName] of Object.entries(times)) {
  const [watched, own] = Object.values(byName).map((values) => values.sort((a, b) => a - b)[values.length >> 1]);
  console.log(
    `${work.padEnd(28)} watched ${watched.toFixed(0).padStart(6)} ms, own disk ${own.toFixed(0).padStart(6)} ms: ${(own / watched).toFixed(2)} x`,
  );
}
