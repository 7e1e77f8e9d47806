// What one program needs to drive many sandboxes (the argument, 50 by default): time, calls of the API, connections and
// memory; and what a large bind that is copied in needs. Run with --expose-gc.
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";

const COUNT = Number(process.argv[2] ?? 50);
const ROUNDS = 5;
/** So that all of them find a place. */
const RESERVED = { resources: { reservations: { cpus: 0.01, memory: "16m" } } };
const COPIED_MIB = 512;
const IMAGE = process.env.MLEBENCH_TEST_IMAGE ?? "mlebench-base:bookworm";

let calls = {};
for (const name of ["request", "get"]) {
  const original = https[name];
  https[name] = (...args) => {
    const options = args.find((arg) => typeof arg === "object" && !(arg instanceof URL)) ?? {};
    const path = String(options.path ?? args[0]?.pathname ?? args[0]);
    const kind = /\/exec\?/.test(path) ? "exec" : /watch=true/.test(path) ? "watch" : (options.method ?? "GET");
    calls[kind] = (calls[kind] ?? 0) + 1;
    return original(...args);
  };
}
let sockets = 0;
let opened = 0;
const { connect } = tls;
tls.connect = (...args) => {
  const socket = connect(...args);
  sockets += 1;
  opened += 1;
  socket.once("close", () => {
    sockets -= 1;
  });
  return socket;
};
syncBuiltinESMExports();

const { parseComposeSpec } = await import("@mlebench/sandbox-compose");
const { createK8sProvider } = await import("@mlebench/sandbox-k8s");
const spec = (own) =>
  parseComposeSpec({ services: { default: { image: IMAGE, mem_limit: "64m", deploy: RESERVED, ...own } } });
const options = {
  imagePullPolicy: process.env.MLEBENCH_K8S_IMAGE_PULL_POLICY ?? "Never",
  allowUnenforcedNetworkPolicy: true,
};
const directory = mkdtempSync(join(tmpdir(), "k8s-bench-"));
try {
  const provider = createK8sProvider({ ...options, maxSandboxes: COUNT });
  const up = () => provider.up(spec({}), { runId: "bench", name: "bench" });
  // The first one loads what is loaded once.
  const first = await up();
  await first.exec(["true"]);
  const before = memory();
  calls = {};
  const sandboxes = [first, ...(await timed(`${COUNT - 1} up`, COUNT - 1, () => all(COUNT - 1, up)))];
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const after = memory();
  const each = (key) => ((after[key] - before[key]) / 2 ** 10 / (COUNT - 1)).toFixed(0);
  console.log(
    `idle: ${sockets} connections for ${COUNT} sandboxes, ${each("rss")} KiB RSS and ${each("heapUsed")} KiB heap each`,
  );
  opened = 0;
  await timed("execs, one after another", ROUNDS * 10, async () => {
    for (let at = 0; at < ROUNDS * 10; at += 1) await first.exec(["true"]);
  });
  await timed("execs, one in every sandbox at once", COUNT * ROUNDS, async () => {
    for (let round = 0; round < ROUNDS; round += 1) await Promise.all(sandboxes.map((one) => one.exec(["true"])));
  });
  console.log(`connections opened per exec: ${(opened / (ROUNDS * 10 + COUNT * ROUNDS)).toFixed(2)}`);
  await timed(`${COUNT} down`, COUNT, () => provider[Symbol.asyncDispose]());

  const file = join(directory, "train.bin");
  writeFileSync(file, "");
  truncateSync(file, COPIED_MIB * 2 ** 20);
  const start = memory().rss;
  let peak = start;
  const looking = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  const copying = createK8sProvider(options);
  const started = performance.now();
  await copying.up(spec({ volumes: [`${directory}:/home/data:ro`], mem_limit: "256m" }), {
    runId: "bench",
    name: "bench",
  });
  const seconds = (performance.now() - started) / 1000;
  clearInterval(looking);
  await copying[Symbol.asyncDispose]();
  console.log(
    `a sandbox with ${COPIED_MIB} MiB copied in: ${seconds.toFixed(1)} s, ${((peak - start) / 2 ** 20).toFixed(0)} MiB of memory at most`,
  );
} finally {
  rmSync(directory, { recursive: true });
}

async function all(count, work) {
  return Promise.all(Array.from({ length: count }, work));
}

async function timed(what, count, work) {
  calls = {};
  const started = performance.now();
  const result = await work();
  const seconds = (performance.now() - started) / 1000;
  const perOne = Object.entries(calls).map(([kind, number]) => `${kind} ${(number / count).toFixed(2)}`);
  console.log(
    `${what}: ${seconds.toFixed(1)} s, ${((seconds / count) * 1000).toFixed(0)} ms each; calls of the API each: ${perOne.join(", ")}`,
  );
  return result;
}

function memory() {
  globalThis.gc?.();
  return process.memoryUsage();
}
