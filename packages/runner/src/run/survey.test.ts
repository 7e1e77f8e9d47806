import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { dataPaths } from "@mlebench/data-prep";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type MleBenchParams, mleBench } from "../task/mle-bench.js";
import type { RunEvalOptions } from "./run-options.js";
import { survey } from "./survey.js";

const ID = "spaceship-titanic";
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "mlebench-survey-"));
  // No engine answers here.
  vi.stubEnv("DOCKER_HOST", `unix://${join(root, "no.sock")}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

async function look(params: MleBenchParams = {}, options: Partial<RunEvalOptions> = {}) {
  const task = await mleBench({ competitions: [ID], dataDir: join(root, "data"), ...params });
  return await survey({ task, model: "openai/gpt-5", logDir: join(root, "logs"), env: {}, ...options });
}

describe("the survey of a place without anything", () => {
  it("finds the machine, folders that would be made, and nothing prepared; and makes nothing", async () => {
    const facts = await look();
    expect(facts.host).toMatchObject({ platform: process.platform, nodeVersion: process.versions.node });
    expect(facts.host.cpus).toBeGreaterThan(0);
    expect(facts.dataDir).toMatchObject({ path: join(root, "data"), exists: false, isWritable: true });
    expect(facts.logDir).toMatchObject({ path: join(root, "logs"), exists: false, isWritable: true });
    expect(facts.logDir.freeBytes).toBeGreaterThan(0);
    expect(facts.competitions).toEqual([{ competitionId: ID, isPrepared: false, rawBytes: 0 }]);
    expect(facts.sandboxes).toEqual({});
    expect(facts.resumed).toBeUndefined();
    expect(await readdir(root)).toEqual([]);
  });

  it("says unknown for what cannot be read, and why a log cannot be", async () => {
    await writeFile(join(root, "file"), "");
    const facts = await look({ dataDir: join(root, "file", "data") }, { resumeLog: join(root, "none.eval") });
    expect(facts.dataDir).toEqual({ path: join(root, "file", "data") });
    expect(facts.resumed).toMatchObject({ error: expect.any(Error) });
    expect(await readdir(root)).toEqual(["file"]);
  });
});

it("sees what is prepared and what is there in raw", async () => {
  const raw = await look();
  expect(raw.competitions[0]?.isPrepared).toBe(false);
  const paths = dataPaths(join(root, "data"), ID);
  await mkdir(paths.root, { recursive: true });
  await writeFile(`${paths.zip}.part`, "12345");
  expect((await look()).competitions[0]).toEqual({ competitionId: ID, isPrepared: false, rawBytes: 5 });
  for (const path of [paths.answers, paths.sampleSubmission]) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "id\n");
  }
  expect((await look()).competitions[0]).toEqual({ competitionId: ID, isPrepared: true });
});

it("sees that nothing can be written where a file is in the way", async () => {
  await writeFile(join(root, "data"), "");
  expect((await look()).dataDir).toMatchObject({ exists: true, isWritable: false });
});

describe("the provider", () => {
  it.each([
    ["SANDBOX_PROVIDER_UNKNOWN", { sandboxType: "dokcer" }, {}],
    ["SANDBOX_PROVIDER_UNKNOWN", { sandboxType: "./no-such-provider.mjs" }, {}],
    ["SANDBOX_OPTIONS_INVALID", { sandboxType: "local" }, { sandboxOptions: { bubblewarp: "never" } }],
  ])("is found wanting: %s", async (code, params, options) => {
    expect((await look(params, options)).sandboxes.problem).toMatchObject({ code });
  });

  it("that is there has no problem", async () => {
    expect((await look({ sandboxType: "local" })).sandboxes).toEqual({});
  });
});
