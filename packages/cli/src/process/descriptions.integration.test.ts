import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UPSTREAM_SOURCE } from "@mlebench/competitions";
import { toyCompetition } from "@mlebench/competitions/testing";
import { startKaggleServer, startRepositoryServer } from "@mlebench/kaggle-client/testing";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { kitEnvironment } from "../test-support/kit-server.js";
import { runCli } from "../test-support/run-cli.js";

// Each test starts the command several times, on machines that may be busy.
vi.setConfig({ testTimeout: 300_000 });

const ID = "described-toy";
const PLAIN = "# Leaves\nPredict the leaf of 2014.\n";
const OBFUSCATED = "# A task\nPredict.\n";
const LEADERBOARD = "teamId,score\n1,0.5\n";
const fact = (text: string) => ({ sha256: createHash("sha256").update(text).digest("hex"), size: text.length });
const FILES = { "all.csv": "id,y\n1,0\n" };
const PLUG_IN = `import { copyFileSync } from "node:fs";
export default function toy({ registerCompetition, definePreparer, registerPreparer }) {
  registerCompetition({ competition: ${JSON.stringify(
    toyCompetition(ID, {
      description: fact(PLAIN),
      descriptionObfuscated: fact(OBFUSCATED),
      leaderboard: fact(LEADERBOARD),
    }),
  )} });
  registerPreparer(definePreparer({ id: "${ID}", async prepare({ raw, publicDir, privateDir }) {
    copyFileSync(raw.file("all.csv"), publicDir.file("sample_submission.csv"));
    copyFileSync(raw.file("all.csv"), privateDir.file("test.csv"));
  } }));
}
`;
const ARGS = ["prepare", "-c", ID, "--plug-in", "toy.mjs", "--data-dir", "data"];

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "mlebench-descriptions-"));
  await writeFile(join(cwd, "toy.mjs"), PLUG_IN);
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const written = (): Promise<string> => readFile(join(cwd, "data", ID, "prepared", "public", "description.md"), "utf8");

it("come from the pinned commit once, stand in where they can't be had, and change places when asked to", async () => {
  const folder = `${UPSTREAM_SOURCE.replace("@", "/")}/mlebench/competitions/${ID}`;
  await using kaggle = await startKaggleServer({ competitions: { [ID]: { files: FILES } } });
  await using upstream = await startRepositoryServer({
    files: { [`${folder}/description.md`]: PLAIN, [`${folder}/description_obfuscated.md`]: OBFUSCATED },
    lfs: [LEADERBOARD],
  });
  const lost = kitEnvironment(kaggle);
  const env = { ...lost, MLEBENCH_ASSETS_URL: upstream.url, MLEBENCH_ASSETS_LFS_URL: upstream.url };

  const without = await runCli(ARGS, { cwd, env: lost });
  expect(without.exitCode).toBe(0);
  const warned = without.stderr.indexOf(`The description of ${ID} can't be had`);
  expect(warned).toBeGreaterThan(-1);
  expect(warned).toBeLessThan(without.stderr.indexOf("preparing its data"));
  // Once, and not again when it is written.
  expect(without.stderr.match(/warning:/g)).toHaveLength(1);
  expect(await written()).toContain("The original description of this Kaggle competition is not available");

  expect((await runCli([...ARGS, "--leaderboards"], { cwd, env })).exitCode).toBe(0);
  expect(await written()).toBe(PLAIN);
  expect((await runCli([...ARGS, "--obfuscate"], { cwd, env })).exitCode).toBe(0);
  expect(await written()).toBe(OBFUSCATED);
  const asked = upstream.requests.length;
  // From the cache of the data directory, for whoever uses it.
  expect((await runCli([...ARGS, "--leaderboards"], { cwd, env: { ...lost, HOME: "/nobody" } })).exitCode).toBe(0);
  expect(await written()).toBe(PLAIN);
  expect(upstream.requests.length).toBe(asked);
});

it("come from a folder where there is no network", async () => {
  await mkdir(join(cwd, "assets", ID), { recursive: true });
  await mkdir(join(cwd, "raw"));
  await writeFile(join(cwd, "assets", ID, "description.md"), PLAIN);
  await writeFile(join(cwd, "raw", "all.csv"), FILES["all.csv"]);
  const env = { MLEBENCH_ASSETS_URL: "http://127.0.0.1:9" };
  const nowhere = await runCli([...ARGS, "--raw-dir", "raw", "--assets-dir", "asets"], { cwd, env });
  expect([nowhere.exitCode, nowhere.stderr]).toEqual([2, expect.stringContaining("There is no assets folder asets.")]);
  const { exitCode, stderr } = await runCli([...ARGS, "--raw-dir", "raw", "--assets-dir", "assets"], { cwd, env });
  expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining("warning")]);
  expect(await written()).toBe(PLAIN);
});
