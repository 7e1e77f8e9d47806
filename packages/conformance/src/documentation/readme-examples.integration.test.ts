import { spawn } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dockerReady } from "../docker-ready.js";
import { BUNDLED_KIT } from "../kit.js";
import { readZip, unzipTo } from "../zip.js";
import { comparableLines, type ReadmeExample, readmeExamples } from "./readme-examples.js";

const HOOKS = new URL("../../bin/register-typescript.mjs", import.meta.url).href;

/** Programs that need what a test has not: each with the reason. */
const NOT_RUN: Readonly<Record<string, string>> = {
  "agent-react 2": "needs zod beside it",
  "data-prep 1": "needs a real download",
  "kaggle-client 1": "needs an account",
  "sandbox-k8s 1": "needs a cluster",
  "sandbox-compose 2": "is a test file for a provider of one's own",
  "scorer 1": "goes on from a report",
  "scorer 2": "is a scorer for a run",
};

/** What a program finds in its folder. */
const FILES: Readonly<Record<string, (directory: string) => Promise<void>>> = {
  "grader 1": async (directory) => {
    const id = "spooky-author-identification";
    const prepared = await readZip(await readFile(join(BUNDLED_KIT, id, "prepared.zip")));
    await unzipTo(prepared, join(directory, "data", id, "prepared"));
    const sample = join(directory, "data", id, "prepared", "public", "sample_submission.csv");
    await copyFile(sample, join(directory, "submission.csv"));
  },
};

/** The image of tests in place of one that only a registry has. */
const IMAGES: Readonly<Record<string, string>> = { "sandbox-compose 1": "debian:bookworm" };

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "readme-example-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function run(
  { name, code }: ReadmeExample,
  image?: string,
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  await FILES[name]?.(directory);
  const program = join(directory, "example.ts");
  await writeFile(program, image === undefined ? code : code.replace(IMAGES[name]!, image));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "--import", HOOKS, program], {
    cwd: directory,
    env: { ...process.env, HOME: directory, XDG_CACHE_HOME: directory },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { exitCode, stdout, stderr };
}

describe("the programs of the READMEs", () => {
  const examples = readmeExamples();

  it.each(examples.filter(({ name }) => !(name in NOT_RUN) && !(name in IMAGES)))(
    "$name runs and prints what it says",
    async (example) => {
      const { exitCode, stdout, stderr } = await run(example);
      expect(stderr.replace(/^\S*Warning:.*$/gm, "")).not.toMatch(/Error/);
      expect(exitCode).toBe(0);
      expect(comparableLines(stdout)).toEqual(comparableLines(example.output.join("\n")));
    },
  );

  it("that need Docker run and print what they say", async (context) => {
    const image = await dockerReady(context);
    for (const example of examples.filter(({ name }) => name in IMAGES)) {
      const { exitCode, stdout, stderr } = await run(example, image);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(comparableLines(stdout)).toEqual(comparableLines(example.output.join("\n")));
    }
  });

  it("are all either run or left out for a reason", () => {
    const names = examples.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([...Object.keys(NOT_RUN), ...Object.keys(FILES), ...Object.keys(IMAGES)]),
    );
  });
});
