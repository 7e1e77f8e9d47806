import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { checkNode, type DoctorOptions, doctor } from "./doctor.js";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-doctor-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const look = async (
  env: Record<string, string> = {},
  dataDir = join(directory, "data"),
  options: Pick<DoctorOptions, "sandboxType"> = {},
) => {
  const image = "mlebench-no-such-image";
  const checks = await doctor({ dataDir, image, env: { HOME: directory, ...env }, ...options });
  const of = (name: string) => checks.find((check) => check.name === name);
  return { checks, of };
};

it("looks at everything a run needs, and names a fix for whatever is not in order", async () => {
  const { checks } = await look();
  const names = checks.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["Node", "Docker", "GPU", "Local sandbox", "Kaggle account"]));
  expect(names).toEqual(expect.arrayContaining(["Model keys", "Data directory"]));
  for (const { name, state, fix } of checks) if (state !== "ok") expect(fix, name).toBeTruthy();
});

it("says which keys are set and where the account comes from, and never their values", async () => {
  const secrets = { OPENAI_API_KEY: "sk-planted-model-key", KAGGLE_USERNAME: "me", KAGGLE_KEY: "planted-kaggle-key" };
  const { checks, of } = await look(secrets);
  expect(of("Model keys")).toMatchObject({ state: "ok", facts: "OPENAI_API_KEY" });
  expect(of("Kaggle account")).toMatchObject({ state: "ok", facts: expect.stringContaining("KAGGLE_KEY") });
  expect(JSON.stringify(checks)).not.toMatch(/planted/);
});

it("misses keys, an account, and a data directory that cannot be made", async () => {
  await writeFile(join(directory, "file"), "");
  const { of } = await look({}, join(directory, "file", "data"));
  expect(of("Model keys")).toMatchObject({ state: "missing" });
  expect(of("Kaggle account")).toMatchObject({ state: "missing", fix: expect.stringContaining("kaggle.com/settings") });
  expect(of("Data directory")).toMatchObject({ state: "missing", fix: expect.stringContaining("--data-dir") });
});

it("warns of an account that others can read", async () => {
  const config = join(directory, "config");
  const file = join(directory, "kaggle.json");
  await writeFile(file, JSON.stringify({ username: "me", key: "planted-kaggle-key" }));
  await chmod(file, 0o644);
  const { of } = await look({ KAGGLE_CONFIG_DIR: directory, XDG_CONFIG_HOME: config });
  expect(of("Kaggle account")).toMatchObject({ state: "warning", fix: expect.stringContaining("chmod") });
});

it("tells of a daemon that does not answer", async () => {
  vi.stubEnv("DOCKER_HOST", `unix://${join(directory, "no.sock")}`);
  try {
    const { of } = await look();
    expect(of("Docker")).toMatchObject({ state: "missing", fix: expect.stringContaining("Start Docker") });
  } finally {
    vi.unstubAllEnvs();
  }
});

it("tells what no run can do without from what some runs need", async () => {
  const requiredFor = async (sandboxType?: string) => {
    const { checks } = await look({}, undefined, { sandboxType });
    return checks.filter(({ required }) => required).map(({ name }) => name);
  };
  expect(await requiredFor()).toEqual(expect.arrayContaining(["Node", "Docker", "Data directory"]));
  expect(await requiredFor()).not.toContain("Model keys");
  expect(await requiredFor("local")).toEqual(["Node", "Data directory"]);
});

it("wants a Node that is new enough", () => {
  expect(checkNode("18.20.0")).toMatchObject({ state: "missing", fix: expect.stringContaining("20.19") });
  expect(checkNode("22.1.0").state).toBe("ok");
});
