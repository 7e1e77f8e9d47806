import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dockerReady } from "../docker-ready.js";
import { type NpmRegistry, startNpmRegistry } from "./npm-registry.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../../", import.meta.url));
const consumers = fileURLToPath(new URL("./consumers/", import.meta.url));

let directory: string;
let registry: NpmRegistry;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-packed-"));
  const tarballs = join(directory, "tarballs");
  await run(process.execPath, [join(root, "scripts/release-dry.mjs"), "--output", tarballs], {
    cwd: root,
    maxBuffer: 1e8,
  });
  const { stdout: upstream } = await run("npm", ["config", "get", "registry"], { cwd: directory });
  registry = await startNpmRegistry(tarballs, upstream.trim());
  // A home and an npm cache of its own: nothing installed on this machine can stand in for a missing dependency.
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST|NODE_ENV|NODE_PATH)/.test(name)),
  );
  env = {
    ...clean,
    HOME: join(directory, "home"),
    PATH: (process.env.PATH ?? "")
      .split(":")
      .filter((entry) => !entry.includes("node_modules"))
      .join(":"),
    npm_config_registry: registry.url,
    npm_config_cache: join(directory, "npm-cache"),
    npm_config_audit: "false",
    npm_config_fund: "false",
    // What one installation has fetched, the next one need not ask for again.
    npm_config_prefer_offline: "true",
    npm_config_update_notifier: "false",
  };
  await mkdir(join(directory, "home"));
}, 600_000);

afterAll(async () => {
  await registry?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

async function emptyFolder(name: string): Promise<string> {
  const folder = join(directory, name);
  await mkdir(folder);
  return folder;
}

/** Installs one package of ours into an empty folder and puts the consumer's files beside it. */
async function install(name: string, files: readonly string[], others: readonly string[] = []): Promise<string> {
  const folder = await emptyFolder(`consumer-${name}`);
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  await run("npm", ["install", `@mlebench/${name}`, ...others], { cwd: folder, env, maxBuffer: 1e8 });
  for (const file of files) await copyFile(join(consumers, file), join(folder, file));
  return folder;
}

async function installedPackages(folder: string): Promise<string[]> {
  const lock = JSON.parse(await readFile(join(folder, "node_modules/.package-lock.json"), "utf8"));
  return Object.keys(lock.packages).map((path) => path.replace(/^.*node_modules\//, ""));
}

describe("the packages as published", () => {
  it("run the demo by npx in an empty folder", async () => {
    const folder = await emptyFolder("npx");
    const { stdout } = await run("npx", ["--yes", "@mlebench/cli", "run", "--demo", "--json"], {
      cwd: folder,
      env,
      maxBuffer: 1e8,
    });
    const result = JSON.parse(stdout);
    expect(result.status).toBe("success");
    expect((await readdir(join(folder, "logs"))).filter((name) => name.endsWith(".eval"))).toHaveLength(1);
  }, 600_000);

  it("sandbox-compose alone starts a container, runs a command, reads a file and leaves nothing", async (context) => {
    const image = await dockerReady(context);
    const folder = await install("sandbox-compose", ["sandbox.mjs"]);
    const { stdout } = await run(process.execPath, ["sandbox.mjs", image], { cwd: folder, env });
    expect(JSON.parse(stdout)).toEqual({ exitCode: 0, stdout: "hello from the sandbox\n", file: "42\n" });
    expect((await installedPackages(folder)).filter((name) => name.startsWith("@mlebench/"))).toEqual([
      "@mlebench/base",
      "@mlebench/sandbox-compose",
    ]);
  }, 300_000);

  it("grader alone grades a CSV from TypeScript, without Docker, model or HTTP client packages", async () => {
    const folder = await install("grader", ["grade.ts"], ["typescript@5.9.3", "@types/node@20"]);
    const tsc = [
      "--module",
      "nodenext",
      "--target",
      "es2022",
      "--strict",
      "--types",
      "node",
      "--skipLibCheck",
      "false",
      "grade.ts",
    ];
    await run(join(folder, "node_modules/.bin/tsc"), tsc, { cwd: folder, env });
    const { stdout } = await run(process.execPath, ["grade.js"], { cwd: folder, env });
    expect(JSON.parse(stdout)).toEqual({
      score: 0.75,
      valid: true,
      invalidReason: expect.stringMatching(/PassengerId/),
    });
    expect(await installedPackages(folder)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/dockerode|^undici$|^ai$|@ai-sdk/)]),
    );
  }, 300_000);

  it("agent-react alone runs the loop with a scripted model over a sandbox of three lines", async () => {
    const folder = await install("agent-react", ["agent.mjs"]);
    const { stdout } = await run(process.execPath, ["agent.mjs"], { cwd: folder, env });
    expect(JSON.parse(stdout)).toEqual({ submitted: true, answer: "done", commands: ["echo hi"] });
    const names = await installedPackages(folder);
    expect(names.filter((name) => name.startsWith("@mlebench/"))).toEqual(["@mlebench/agent-react", "@mlebench/base"]);
    expect(names).not.toEqual(expect.arrayContaining([expect.stringMatching(/dockerode|@ai-sdk\/(openai|anthropic)/)]));
  }, 300_000);
});
