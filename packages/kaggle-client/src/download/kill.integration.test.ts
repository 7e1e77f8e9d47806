import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { testRandom } from "@mlebench/base/testing";
import { build } from "tsup";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startKaggleServer } from "../testing/index.js";

// Inside the package, so that the built child finds the dependencies.
const buildDirectory = fileURLToPath(new URL("../../node_modules/.cache/kill-test/", import.meta.url));
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "kaggle-kill-"));
  await build({
    entry: { index: fileURLToPath(new URL("../index.ts", import.meta.url)) },
    outDir: buildDirectory,
    format: "esm",
    target: "node20",
    config: false,
    silent: true,
    noExternal: ["@mlebench/base"],
    esbuildOptions: (esbuild) => {
      esbuild.alias = { "@mlebench/base": fileURLToPath(new URL("../../../base/src/index.ts", import.meta.url)) };
    },
  });
  await mkdir(buildDirectory, { recursive: true });
  await writeFile(
    join(buildDirectory, "child.mjs"),
    `import { KaggleClient, loadCredentials } from "./index.js";
     const client = new KaggleClient({ credentials: await loadCredentials(), baseUrl: process.argv[2] });
     let isStarted = false;
     const onEvent = ({ type, receivedBytes }) => {
       if (isStarted || type !== "download-progress" || receivedBytes === 0) return;
       isStarted = true;
       console.log("started");
     };
     const result = await client.downloadAll("c", { directory: process.argv[3], onEvent, progressIntervalSeconds: 0 });
     console.log(JSON.stringify(result));
     await client.close();`,
  );
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
  await rm(buildDirectory, { recursive: true, force: true });
});

it("continues after SIGKILL at random moments and ends with equal bytes", async () => {
  const content = randomBytes(12_000_000);
  await using server = await startKaggleServer({ competitions: { c: { zip: content } } });
  server.faults.add({ on: "storage", effect: { type: "slow", bytesPerSecond: 6_000_000 } });
  const run = (kill: { from: "spawn" | "start"; afterMs: number } | undefined) =>
    new Promise<{ output: string; errors: string; signal: string | null }>((resolve) => {
      const child = spawn(process.execPath, [join(buildDirectory, "child.mjs"), server.url, directory], {
        env: { ...process.env, KAGGLE_USERNAME: "tester", KAGGLE_KEY: "test-key", HTTP_PROXY: "", http_proxy: "" },
      });
      let [output, errors] = ["", ""];
      const killSoon = () => setTimeout(() => child.kill("SIGKILL"), kill?.afterMs);
      if (kill?.from === "spawn") killSoon();
      child.stdout.on("data", (data) => {
        output += data;
        if (kill?.from === "start" && output === "started\n") killSoon();
      });
      child.stderr.on("data", (data) => {
        errors += data;
      });
      child.on("close", (_code, signal) => resolve({ output, errors, signal }));
    });

  const random = testRandom("kills of a download");
  let kills = 0;
  for (let round = 0; round < 8; round += 1) {
    const from = round % 2 === 0 ? "start" : "spawn";
    const { signal } = await run({ from, afterMs: random() * (from === "start" ? 300 : 800) });
    if (signal === "SIGKILL") kills += 1;
  }
  server.faults.clear();
  const last = await run(undefined);
  expect(last.errors).toBe("");
  expect(JSON.parse(last.output.replace("started\n", ""))).toMatchObject({ bytes: content.length });
  const got = await readFile(join(directory, "c.zip"));
  expect(createHash("md5").update(got).digest("hex")).toBe(createHash("md5").update(content).digest("hex"));
  expect(await readdir(directory)).toEqual(["c.zip"]);
  expect(kills).toBeGreaterThan(1);
  // It really went on: some request asked for the rest under the condition that the object is the same.
  const continued = server.requests.filter(({ headers }) => headers["range"] !== undefined && headers["if-range"]);
  expect(continued.length).toBeGreaterThan(0);
});
