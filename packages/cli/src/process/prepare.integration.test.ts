import { existsSync } from "node:fs";
import { appendFile, copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extract } from "@mlebench/data-prep";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  differencesFromKit,
  KIT_IDS,
  kitChecksums,
  kitEnvironment,
  kitFile,
  startKitServer,
} from "../test-support/kit-server.js";
import { runCli } from "../test-support/run-cli.js";

// Each test starts the command several times, on machines that may be busy.
vi.setConfig({ testTimeout: 300_000 });

let cwd: string;
let data: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "mlebench-prepare-"));
  data = join(cwd, "data");
  await writeFile(join(cwd, "kit.json"), await kitChecksums([...KIT_IDS, "icecube-neutrinos-in-deep-ice"]));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

/** A data directory as upstream's own tool leaves it: prepared, the raw files and the zip beside it. */
async function makeUpstreamData(directory: string, id: string, { withRaw = false } = {}): Promise<void> {
  await mkdir(join(directory, id), { recursive: true });
  await extract(kitFile(id, "prepared.zip"), join(directory, id, "prepared"));
  await writeFile(join(directory, id, "prepared", "public", "description.md"), "# By upstream\n");
  if (!withRaw) return;
  await extract(kitFile(id, "raw.zip"), join(directory, id, "raw"));
  await copyFile(kitFile(id, "raw.zip"), join(directory, id, `${id}.zip`));
}

describe("mlebench prepare", () => {
  it("tells the disk first, prepares several to the byte, and does nothing the second time", async () => {
    await using server = await startKitServer(KIT_IDS);
    const env = kitEnvironment(server);
    await writeFile(join(cwd, "split.txt"), `${KIT_IDS.join("\n")}\n`);
    const args = ["prepare", "--split", "split.txt", "--data-dir", "data", "--checksums", "kit.json"];
    const first = await runCli(args, { cwd, env });
    expect(first.stderr).toMatch(/Disk for 6 downloads: at most \S+ kB at one time, .* are free/);
    expect(first.stderr).toMatch(/leaf-classification +5\.2 kB +11\.6 kB/);
    expect(first.stderr.indexOf("Disk for")).toBeLessThan(first.stderr.indexOf("preparing its data"));
    expect(first.stderr).toMatch(/descriptions of aerial-cactus.* can't be had/);
    expect(first.stdout).toContain("6 of 6 ready");
    expect(first.exitCode).toBe(0);
    for (const id of KIT_IDS) {
      expect(await differencesFromKit(data, id)).toEqual([]);
      expect((await readdir(join(data, id))).filter((name) => !name.startsWith("."))).toEqual(["prepared"]);
    }
    const asked = server.requests.filter(({ path }) => !path.startsWith("/nothing")).length;
    const second = await runCli([...args, "--json"], { cwd, env });
    expect(JSON.parse(second.stdout).map((row: { status: string }) => row.status)).toEqual(
      KIT_IDS.map(() => "already-prepared"),
    );
    expect(server.requests.filter(({ path }) => !path.startsWith("/nothing")).length).toBe(asked);
  });

  it("takes raw files from a folder, keeps them, and needs no account", async () => {
    const id = "spaceship-titanic";
    await mkdir(join(cwd, "raw", id), { recursive: true });
    await copyFile(kitFile(id, "raw.zip"), join(cwd, "raw", id, `${id}.zip`));
    const args = ["prepare", "-c", id, "--raw-dir", "raw", "--data-dir", "data", "--checksums", "kit.json"];
    const { exitCode } = await runCli([...args, "--keep-raw"], {
      cwd,
      env: { MLEBENCH_ASSETS_URL: "http://127.0.0.1:9" },
    });
    expect(exitCode).toBe(0);
    expect(await differencesFromKit(data, id)).toEqual([]);
    expect(existsSync(join(cwd, "raw", id, `${id}.zip`))).toBe(true);
    expect(existsSync(join(data, id, "raw", "train.csv"))).toBe(true);
    const dry = await runCli(["data", "prune", "--data-dir", "data"], { cwd });
    expect(dry.stdout).toMatch(/spaceship-titanic\/raw: .* would be freed\n[\s\S]*--yes does it/);
    expect(existsSync(join(data, id, "raw"))).toBe(true);
    const listed = JSON.parse((await runCli(["data", "prune", "--data-dir", "data", "--json"], { cwd })).stdout);
    expect(listed).toMatchObject({ dry_run: true, in_use: [], not_writable: [] });
    expect(listed.removed).toContainEqual({
      competition_id: id,
      path: join(data, id, "raw"),
      bytes: expect.any(Number),
    });
    await runCli(["data", "prune", "--data-dir", "data", "--yes"], { cwd });
    expect(existsSync(join(data, id, "raw"))).toBe(false);
    expect(await differencesFromKit(data, id)).toEqual([]);
  });

  it("refuses a raw folder that contains the data directory or lies within it, before anything else", async () => {
    await mkdir(join(data, "mine"), { recursive: true });
    for (const rawDir of [".", "data", "data/mine"]) {
      const { exitCode, stderr } = await runCli(
        ["prepare", "-c", "spaceship-titanic", "--raw-dir", rawDir, "--data-dir", "data"],
        { cwd },
      );
      expect([exitCode, stderr]).toEqual([
        2,
        expect.stringMatching(/^error: The raw folder .* the data directory .*\nhint: /),
      ]);
    }
    expect(await readdir(data)).toEqual(["mine"]);
  });

  it("goes on by itself where it finds a damaged zip, without a question when there is no other", async () => {
    const id = "spaceship-titanic";
    await using server = await startKitServer([id]);
    const zip = join(data, id, `${id}.zip`);
    await mkdir(join(data, id), { recursive: true });
    await writeFile(zip, (await readFile(kitFile(id, "raw.zip"))).subarray(0, 3000));
    const args = ["prepare", "-c", id, "--data-dir", "data", "--checksums", "kit.json"];
    const { KAGGLE_USERNAME: _name, KAGGLE_KEY: _key, ...stranger } = kitEnvironment(server);
    const alone = await runCli(args, { cwd, env: stranger });
    expect([alone.exitCode, alone.stderr]).toEqual([
      1,
      expect.stringMatching(
        /error: Refused .*spaceship-titanic\.zip: .*Downloading it again failed: No Kaggle credentials/,
      ),
    ]);
    const { exitCode } = await runCli(args, { cwd, env: kitEnvironment(server) });
    expect(exitCode).toBe(0);
    expect(await differencesFromKit(data, id)).toEqual([]);
    expect(await readdir(join(data, id))).toEqual(["prepared"]);
  });

  it("uses what upstream's tool prepared as it is", async () => {
    const id = "spaceship-titanic";
    await makeUpstreamData(data, id, { withRaw: true });
    const answers = join(data, id, "prepared", "private", "test.csv");
    const before = await stat(answers);
    const { exitCode, stdout } = await runCli(["prepare", "-c", id, "--data-dir", "data"], { cwd });
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("already prepared")]);
    expect((await stat(answers)).ino).toBe(before.ino);
    expect(await readFile(join(data, id, "prepared", "public", "description.md"), "utf8")).toBe("# By upstream\n");
    expect((await readdir(join(data, id))).sort()).toEqual(["prepared", "raw", `${id}.zip`]);
    const status = await runCli(["data", "status", "--data-dir", "data", "--json"], { cwd });
    expect(JSON.parse(status.stdout)).toMatchObject([
      { competition_id: id, state: "prepared", bytes: { zip: (await stat(kitFile(id, "raw.zip"))).size } },
    ]);
  });
});

describe("checksums", () => {
  it("name file, expected and got, can be skipped, and can be written down as one's own", async () => {
    const id = "spaceship-titanic";
    await using server = await startKitServer([id]);
    const env = kitEnvironment(server);
    const args = ["prepare", "-c", id, "--data-dir", "data"];
    const strange = await runCli(args, { cwd, env });
    expect(strange.exitCode).toBe(1);
    expect(strange.stderr).toMatch(/spaceship-titanic\.zip has md5 [0-9a-f]{32}, [0-9a-f]{32} was expected/);
    expect(strange.stderr).toContain("--skip-verification");
    expect(existsSync(join(data, id, "prepared"))).toBe(false);
    // The zip stays for whoever accepts it.
    const skipped = await runCli([...args, "--overwrite-checksums"], { cwd, env });
    expect(skipped.exitCode).toBe(0);
    const own = JSON.parse(await readFile(join(data, "checksums.json"), "utf8"));
    expect(own).toEqual({ competitions: { [id]: JSON.parse(await kitChecksums([id])).competitions[id] } });
    expect((await runCli(["data", "verify", "--data-dir", "data"], { cwd })).exitCode).toBe(0);
    const answers = join(data, id, "prepared", "private", "test.csv");
    await appendFile(answers, "x");
    const changed = await runCli(["data", "verify", id, "--data-dir", "data"], { cwd });
    expect(changed.exitCode).toBe(1);
    expect(changed.stdout).toMatch(/differs[\s\S]*private\/test\.csv has md5 [0-9a-f]{32}, [0-9a-f]{32} was expected/);
    // What is damaged is verified too, also when nobody named it.
    await rm(answers);
    const lacking = await runCli(["data", "verify", "--data-dir", "data"], { cwd });
    expect([lacking.exitCode, lacking.stdout]).toEqual([
      1,
      expect.stringMatching(/not prepared\n {2}private\/test\.csv is missing/),
    ]);
  });

  it("tell that parquet of another writer has the same content", async () => {
    const id = "icecube-neutrinos-in-deep-ice";
    await makeUpstreamData(join(cwd, "upstream"), id);
    await mkdir(join(cwd, "raw"));
    await copyFile(kitFile(id, "raw.zip"), join(cwd, "raw", `${id}.zip`));
    const args = ["prepare", "-c", id, "--raw-dir", "raw", "--data-dir", "data", "--checksums", "kit.json"];
    const made = await runCli(args, { cwd, env: { MLEBENCH_ASSETS_URL: "http://127.0.0.1:9" } });
    expect(made.exitCode).toBe(0);
    expect(made.stderr).toMatch(/warning: .*train_meta\.parquet has md5 .* the content may be equal/);
    const verified = await runCli(["data", "verify", id, "--data-dir", "data", "--against", "upstream"], { cwd });
    expect(verified.stdout).toMatch(
      /equal to upstream\n[\s\S]*train_meta\.parquet .*the content is equal, only the bytes/,
    );
    expect(verified.exitCode).toBe(0);
  });
});
