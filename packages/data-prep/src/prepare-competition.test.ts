import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lockFile } from "@mlebench/base";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ArchiveError } from "./archives/archive-error.js";
import { extract } from "./archives/extract.js";
import { writeZip } from "./archives/write-zip.js";
import {
  ChecksumMismatchError,
  compareChecksums,
  md5OfFile,
  preparedChecksums,
  readChecksumsFile,
  updateChecksumsFile,
} from "./checksums.js";
import { dataPaths, isPrepared } from "./data-paths.js";
import { dataStatus, pruneData, verifyPrepared } from "./data-status.js";
import { planDiskForFolder, planDiskForZip } from "./disk-plan.js";
import { DataPrepError } from "./errors.js";
import { DiskSpaceError } from "./files/require-free-bytes.js";
import { walkFiles } from "./files/walk-files.js";
import { lockPath } from "./leftovers.js";
import { PreparationError, type PrepareCompetitionOptions, prepareCompetition } from "./prepare-competition.js";
import type { PrepareProgress } from "./prepare-progress.js";
import { registerPreparer } from "./preparers.js";
import { MissingRawFileError } from "./raw-directory.js";
import { NoRawDataError } from "./raw-source.js";
import {
  MADE_UP_ID,
  madeUpPreparer,
  registerMadeUpCompetition,
  writeMadeUpZip,
} from "./test-support/made-up-competition.js";

const workshop = mkdtempSync(join(tmpdir(), "mlebench-prepare-"));
const sourceZip = join(workshop, "source.zip");
let expected: Awaited<ReturnType<typeof preparedChecksums>>;
let dataDir: string;
let rawDir: string;

beforeAll(async () => {
  registerMadeUpCompetition();
  await writeMadeUpZip(sourceZip, { rows: 60 });
  const reference = join(workshop, "reference");
  mkdirSync(reference);
  await prepareCompetition(MADE_UP_ID, { dataDir: reference, rawDir: rawDirWithZip("first") });
  expected = await preparedChecksums(dataPaths(reference, MADE_UP_ID).prepared);
});
afterAll(() => rmSync(workshop, { recursive: true, force: true }));
beforeEach(() => {
  dataDir = mkdtempSync(join(workshop, "data-"));
  rawDir = mkdtempSync(join(workshop, "raw-"));
});
afterEach(() => registerPreparer(madeUpPreparer));

function rawDirWithZip(name: string): string {
  const directory = join(workshop, name);
  mkdirSync(directory, { recursive: true });
  cpSync(sourceZip, join(directory, `${MADE_UP_ID}.zip`));
  return directory;
}

/** Puts the zip where upstream's layout has it. */
function placeZip(): string {
  const { root, zip } = dataPaths(dataDir, MADE_UP_ID);
  mkdirSync(root, { recursive: true });
  cpSync(sourceZip, zip);
  return zip;
}

const prepare = (options: Partial<PrepareCompetitionOptions> = {}) =>
  prepareCompetition(MADE_UP_ID, { dataDir, ...options });

async function failure(options: Partial<PrepareCompetitionOptions> = {}): Promise<DataPrepError> {
  const error: unknown = await prepare(options).then(
    () => undefined,
    (thrown) => thrown,
  );
  if (!DataPrepError.is(error)) throw new Error(`no error of this package: ${String(error)}`);
  expect(error.hint, error.message).toBeTruthy();
  expect(await isPrepared(MADE_UP_ID, dataDir)).toBe(false);
  expect(existsSync(dataPaths(dataDir, MADE_UP_ID).prepared)).toBe(false);
  return error;
}

/** A download: the zip from elsewhere. */
async function fetchZip(id: string, directory: string): Promise<string> {
  const path = join(directory, `${id}.zip`);
  cpSync(sourceZip, path);
  return path;
}

const rootNames = () => readdirSync(dataPaths(dataDir, MADE_UP_ID).root).sort();

/** Names, sizes, times and contents: what must not change in a user's folder. */
function snapshot(directory: string): unknown {
  return Array.from(walkFiles(directory), ({ name, path, kind }) =>
    kind === "file" ? [name, statSync(path).mtimeMs, readFileSync(path, "latin1")] : [name, kind],
  );
}

describe("prepareCompetition", () => {
  it("prepares from a folder with the zip, which stays as it is", async () => {
    const folder = rawDirWithZip("with-zip");
    const before = snapshot(folder);
    const result = await prepare({ rawDir: folder, checksums: expected, description: "# About" });
    expect(result).toMatchObject({ status: "prepared", verified: true, differences: [], checksums: expected });
    expect(readFileSync(result.paths.description, "utf8")).toBe("# About");
    expect(snapshot(folder)).toEqual(before);
    expect(rootNames()).toEqual(["prepared"]);
    expect(await isPrepared(MADE_UP_ID, dataDir)).toBe(true);
  });

  it("prepares from a folder of raw files by links, and never changes it", async () => {
    await extract(sourceZip, rawDir);
    const before = snapshot(rawDir);
    const { paths } = await prepare({ rawDir, checksums: expected });
    expect(snapshot(rawDir)).toEqual(before);
    expect(statSync(join(paths.publicDir, "notes.txt")).ino).toBe(statSync(join(rawDir, "notes.txt")).ino);
    expect(rootNames()).toEqual(["prepared"]);
  });

  it("prepares from the zip in the data directory and removes it, or keeps it and the raw files when asked to", async () => {
    placeZip();
    await prepare({ checksums: { ...expected, zip: await md5OfFile(sourceZip) } });
    expect(rootNames()).toEqual(["prepared"]);

    rmSync(join(dataDir, MADE_UP_ID), { recursive: true });
    placeZip();
    await prepare({ keepRaw: true });
    expect(rootNames().filter((name) => !name.startsWith("."))).toEqual([`${MADE_UP_ID}.zip`, "prepared", "raw"]);
    expect(readdirSync(dataPaths(dataDir, MADE_UP_ID).raw).sort()).toEqual(["images.zip", "notes.txt", "train.csv"]);
  });

  it("downloads when there is nothing, and says which stages it goes through", async () => {
    const events: PrepareProgress[] = [];
    await prepare({
      checksums: { ...expected, zip: await md5OfFile(sourceZip) },
      download: async (id, directory, { onProgress }) => {
        onProgress?.(5, 10);
        const path = join(directory, `${id}-from-kaggle.zip`);
        cpSync(sourceZip, path);
        return path;
      },
      onProgress: (event) => events.push(event),
    });
    const stages = [...new Set(events.map(({ stage }) => stage))];
    expect(stages).toEqual(["download", "check-download", "unpack", "prepare", "verify", "clean"]);
    expect(events).toContainEqual({ competitionId: MADE_UP_ID, stage: "download", done: 5, total: 10 });
    expect(events).toContainEqual({ competitionId: MADE_UP_ID, stage: "prepare", step: "tables", done: 2, total: 4 });
  });

  it("is done at once when the data are there, without any raw data", async () => {
    await prepare({ rawDir: rawDirWithZip("with-zip") });
    const before = snapshot(dataPaths(dataDir, MADE_UP_ID).root);
    expect(await prepare()).toMatchObject({ status: "already-prepared" });
    expect(snapshot(dataPaths(dataDir, MADE_UP_ID).root)).toEqual(before);
  });

  it("uses a directory that upstream prepared, as it is", async () => {
    const { publicDir, privateDir, raw } = dataPaths(dataDir, MADE_UP_ID);
    for (const directory of [publicDir, privateDir, raw]) mkdirSync(directory, { recursive: true });
    writeFileSync(join(publicDir, "sample_submission.csv"), "id\n");
    expect(await isPrepared(MADE_UP_ID, dataDir)).toBe(false);
    writeFileSync(join(privateDir, "test.csv"), "id\n");
    expect(await isPrepared(MADE_UP_ID, dataDir)).toBe(true);
    expect(await prepare()).toMatchObject({ status: "already-prepared" });
    expect(rootNames()).toEqual(["prepared", "raw"]);
  });

  it("goes on from a raw folder that upstream left half unpacked, and redoes a half prepared one", async () => {
    placeZip();
    const { raw, publicDir } = dataPaths(dataDir, MADE_UP_ID);
    await extract(sourceZip, raw, { select: (name) => (name === "notes.txt" ? null : name) });
    truncateSync(join(raw, "train.csv"), 10);
    mkdirSync(publicDir, { recursive: true });
    writeFileSync(join(publicDir, "train.csv"), "half");
    await prepare({ checksums: expected });
    expect(rootNames()).toEqual(["prepared"]);
  });

  it("uses a raw folder without a zip and leaves it, because it is the user's", async () => {
    const { raw } = dataPaths(dataDir, MADE_UP_ID);
    await extract(sourceZip, raw);
    await prepare({ checksums: expected });
    expect(rootNames()).toEqual(["prepared", "raw"]);
  });

  it("does not take a raw folder made from another zip", async () => {
    placeZip();
    await prepare({ keepRaw: true });
    const { prepared, zip } = dataPaths(dataDir, MADE_UP_ID);
    rmSync(prepared, { recursive: true });
    await writeMadeUpZip(zip, { rows: 61 });
    const { paths } = await prepare({ keepRaw: true });
    expect(readFileSync(join(paths.privateDir, "test.csv"), "utf8").trimEnd().split("\n")).toHaveLength(8);
  });

  it("stops when aborted and prepares later", async () => {
    const abort = new AbortController();
    const aborted = prepare({
      rawDir: rawDirWithZip("with-zip"),
      signal: abort.signal,
      onProgress: ({ step }) => {
        if (step === "tables") abort.abort();
      },
    });
    await expect(aborted).rejects.toThrow("abort");
    expect(await isPrepared(MADE_UP_ID, dataDir)).toBe(false);
    expect(await prepare({ rawDir: rawDirWithZip("with-zip"), checksums: expected })).toMatchObject({
      status: "prepared",
    });
  });
});

describe("wrong raw data", () => {
  it("says that there are none, and what would help", async () => {
    const error = await failure();
    expect(error).toBeInstanceOf(NoRawDataError);
    expect(error.hint).toContain(`${MADE_UP_ID}.zip`);
    expect(await failure({ rawDir: join(rawDir, "nothing") })).toBeInstanceOf(NoRawDataError);
    expect(await failure({ rawDir })).toBeInstanceOf(NoRawDataError);
  });

  it("is not looked for where a file is in the folder's place", async () => {
    writeFileSync(dataPaths(dataDir, MADE_UP_ID).root, "a file");
    expect((await failure({ rawDir: rawDirWithZip("with-zip") })).message).toMatch(/made-up-competition is no folder/);
  });

  it("names a missing file and what is there instead", async () => {
    await extract(sourceZip, rawDir);
    renameSync(join(rawDir, "train.csv"), join(rawDir, "Train.csv"));
    const error = await failure({ rawDir });
    expect(error).toBeInstanceOf(MissingRawFileError);
    expect(error.message).toContain("lack train.csv");
    expect(error.message).toContain("Train.csv, images.zip, notes.txt");
    expect(error.message).toContain(`The raw data in ${rawDir} lack`);
  });

  it("of the user's is not left where a later call would take it for the competition's own", async () => {
    await extract(sourceZip, rawDir);
    const wrong = { ...expected, private: { "test.csv": "0".repeat(32) } };
    expect((await failure({ rawDir, checksums: wrong })).hint).toContain(rawDir);
    expect(rootNames()).toEqual([]);
    rmSync(join(rawDir, "train.csv"));
    for (const attempt of [{ rawDir }, {}]) await failure(attempt);
    expect(await failure()).toBeInstanceOf(NoRawDataError);
    expect(await prepare({ download: fetchZip, checksums: expected })).toMatchObject({ status: "prepared" });
  });

  it("names a file that a bulk placement misses", async () => {
    await extract(sourceZip, rawDir);
    rmSync(join(rawDir, "notes.txt"));
    const error = await failure({ rawDir });
    expect(error).toBeInstanceOf(MissingRawFileError);
    expect(error).toMatchObject({ missing: ["notes.txt"] });
  });

  it("says what is wrong inside a file", async () => {
    await extract(sourceZip, rawDir);
    writeFileSync(join(rawDir, "train.csv"), "id,target\nimage1,1\nimage2,0\n");
    const noColumn = await failure({ rawDir });
    expect(noColumn).toBeInstanceOf(PreparationError);
    expect(noColumn.message).toContain("label");
    writeFileSync(join(rawDir, "train.csv"), "");
    expect((await failure({ rawDir })).message).toContain("train.csv");
  });

  it("refuses a truncated and a hostile zip, and leaves them where they are", async () => {
    const zip = placeZip();
    truncateSync(zip, 1000);
    expect(await failure()).toBeInstanceOf(ArchiveError);
    expect(existsSync(zip)).toBe(true);
    await writeZip(zip, [{ name: "xx/train.csv", content: "id\n" }]);
    const bytes = readFileSync(zip);
    for (let at = bytes.indexOf("xx/"); at !== -1; at = bytes.indexOf("xx/", at)) bytes.write("../", at);
    writeFileSync(zip, bytes);
    expect(await failure()).toMatchObject({ reason: "unsafe-name" });
    expect(existsSync(join(dataDir, MADE_UP_ID, "train.csv"))).toBe(false);
    cpSync(sourceZip, zip);
    expect(await failure({ limits: { maxBytes: 1000 } })).toMatchObject({ reason: "limit" });
    await prepare({ checksums: expected });
  });

  it("compares the zip with its checksum before it unpacks it", async () => {
    placeZip();
    const error = await failure({ checksums: { ...expected, zip: "0".repeat(32) } });
    expect(error).toBeInstanceOf(ChecksumMismatchError);
    expect(error.message).toContain(`${MADE_UP_ID}.zip has md5 ${await md5OfFile(sourceZip)}`);
    expect(existsSync(dataPaths(dataDir, MADE_UP_ID).raw)).toBe(false);
    await prepare({ checksums: { ...expected, zip: "0".repeat(32) }, skipVerification: true });
  });

  it("downloads a zip again that it finds damaged, whether or not its checksum is known", async () => {
    for (const zipMd5 of [await md5OfFile(sourceZip), undefined]) {
      rmSync(dataPaths(dataDir, MADE_UP_ID).root, { recursive: true, force: true });
      const zip = placeZip();
      truncateSync(zip, 1000);
      const result = await prepare({ checksums: { ...expected, zip: zipMd5 }, download: fetchZip });
      expect(rootNames()).toEqual(["prepared"]);
      expect(result.status).toBe("prepared");
    }
  });

  it("keeps a fetched zip that is damaged for inspection, and the next run fetches another", async () => {
    const { zip, root } = dataPaths(dataDir, MADE_UP_ID);
    const damaged = await failure({
      download: async (id, directory) => {
        const path = await fetchZip(id, directory);
        const bytes = readFileSync(path);
        bytes.writeUInt8(bytes.readUInt8(2000) ^ 0xff, 2000);
        writeFileSync(path, bytes);
        return path;
      },
    });
    expect(damaged).toBeInstanceOf(ArchiveError);
    expect(rootNames().filter((name) => !name.startsWith("."))).toEqual([`${MADE_UP_ID}.zip.refused`]);
    expect((await dataStatus(dataDir))[0]?.bytes.leftovers).toBe(statSync(sourceZip).size);
    await prepare({ download: fetchZip });
    expect(readdirSync(root)).toEqual(["prepared"]);
    expect(existsSync(zip)).toBe(false);
  });

  it("says both when a damaged zip can't be replaced, and leaves it where it is", async () => {
    const zip = placeZip();
    truncateSync(zip, 1000);
    const error = await failure({ download: () => Promise.reject(new Error("no way out")) });
    expect(error.message).toMatch(/Refused .*made-up-competition\.zip[\s\S]* again failed: no way out/);
    expect(existsSync(zip)).toBe(true);
  });

  it("refuses a raw folder that contains the data directory or lies within it", async () => {
    await extract(sourceZip, rawDir);
    const inside = join(dataDir, MADE_UP_ID, "mine");
    cpSync(rawDir, inside, { recursive: true });
    for (const [raw, data] of [
      [inside, dataDir],
      [dataDir, dataDir],
      [rawDir, join(rawDir, "data")],
    ] as const) {
      const error = await failure({ rawDir: raw, dataDir: data });
      expect(error).toMatchObject({ code: "DATA_PREP_RAW_DIR_OVERLAP", message: expect.stringContaining(raw) });
    }
  });

  it("names each prepared file that differs, with both checksums, and keeps the raw files", async () => {
    placeZip();
    const wrong = { ...expected, private: { "test.csv": "0".repeat(32) } };
    const error = await failure({ checksums: wrong });
    expect(error.message).toContain(
      `private/test.csv has md5 ${expected.private["test.csv"]}, ${"0".repeat(32)} was expected`,
    );
    expect(rootNames()).toContain("raw");
    expect(await prepare({ checksums: wrong, skipVerification: true })).toMatchObject({ verified: false });
  });

  it("tells a preparer that forgets a file from wrong data", async () => {
    registerPreparer({ id: MADE_UP_ID, prepare: async ({ publicDir }) => writeFileSync(publicDir.file("a.csv"), "") });
    const error = await failure({ rawDir: rawDirWithZip("with-zip") });
    expect(error.message).toContain("private/test.csv and public/sample_submission.csv");
    expect(error.hint).toContain("preparer");
  });

  it("says which download it needs when there is no network", async () => {
    registerPreparer({
      id: MADE_UP_ID,
      prepare: ({ fetchFile, scratch }) => fetchFile("https://example.org/meta.zip", scratch.file("meta.zip")),
    });
    const error = await failure({ rawDir: rawDirWithZip("with-zip") });
    expect(error.message).toContain("https://example.org/meta.zip");
  });
});

describe("disk space", () => {
  it("is planned from the zip's table of contents", async () => {
    const plan = await planDiskForZip(madeUpPreparer, sourceZip, join(workshop, "nothing"));
    await extract(sourceZip, rawDir);
    const sizes = Object.fromEntries(readdirSync(rawDir).map((name) => [name, statSync(join(rawDir, name)).size]));
    const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
    expect(plan.zipBytes).toBe(statSync(sourceZip).size);
    expect(plan.unpackedBytes).toBe(total);
    expect(plan.writtenBytes).toBe(sizes["train.csv"]! + sizes["notes.txt"]! + 2 * sizes["images.zip"]!);
    expect(plan.neededBytes).toBe(plan.unpackedBytes + plan.writtenBytes);
    expect((await planDiskForZip(madeUpPreparer, sourceZip, rawDir)).unpackedBytes).toBe(0);
    expect(planDiskForFolder(madeUpPreparer, rawDir, dataDir)).toMatchObject({ zipBytes: 0, unpackedBytes: 0 });
  });

  it("is refused before anything is unpacked or downloaded when it is too small", async () => {
    placeZip();
    registerPreparer({ ...madeUpPreparer, estimateBytes: () => 1e18 });
    const error = await failure();
    expect(error).toBeInstanceOf(DiskSpaceError);
    expect(error.message).toMatch(/needs 1000000 TB in .*, and .* may be used/);
    expect(existsSync(dataPaths(dataDir, MADE_UP_ID).raw)).toBe(false);
    rmSync(join(dataDir, MADE_UP_ID), { recursive: true });
    let asked = false;
    const download = async () => {
      asked = true;
      return "";
    };
    expect(await failure({ download, downloadBytes: 1e18 })).toBeInstanceOf(DiskSpaceError);
    expect(asked).toBe(false);
  });
});

describe("checksums", () => {
  it("cover the csv, json, jsonl, parquet and bson files directly below, nothing else", async () => {
    for (const name of ["public/a.csv", "public/b.png", "public/deep/c.csv", "private/d.jsonl"]) {
      mkdirSync(join(rawDir, name, ".."), { recursive: true });
      writeFileSync(join(rawDir, name), "x");
    }
    const md5 = "9dd4e461268c8034f5c8564e155c67a6";
    expect(await preparedChecksums(rawDir)).toEqual({ public: { "a.csv": md5 }, private: { "d.jsonl": md5 } });
  });

  it("tell missing, unknown, different and writer dependent files apart", () => {
    const [one, two] = ["1".repeat(32), "2".repeat(32)];
    const differences = compareChecksums(
      { public: { "a.csv": one, "b.csv": one, "c.parquet": one }, private: {} },
      { public: { "a.csv": two, "c.parquet": two }, private: { "d.csv": two } },
      ["public/c.parquet"],
    );
    expect(differences).toEqual([
      { file: "public/a.csv", expected: one, got: two, writerDependent: false },
      { file: "public/b.csv", expected: one, got: undefined, writerDependent: false },
      { file: "public/c.parquet", expected: one, got: two, writerDependent: true },
      { file: "private/d.csv", expected: undefined, got: two, writerDependent: false },
    ]);
  });

  it("of one's own are kept in a file, by competition", async () => {
    const path = join(rawDir, "deep", "checksums.json");
    expect(await readChecksumsFile(path)).toEqual(new Map());
    await updateChecksumsFile(path, "b", expected);
    await updateChecksumsFile(path, "a", { public: {}, private: {} });
    const read = await readChecksumsFile(path);
    expect([...read.keys()]).toEqual(["a", "b"]);
    expect(read.get("b")).toEqual(expected);
    await Promise.all(["c", "d", "e"].map((id) => updateChecksumsFile(path, id, expected)));
    expect([...(await readChecksumsFile(path)).keys()]).toEqual(["a", "b", "c", "d", "e"]);
    writeFileSync(path, '{"competitions": {"a": {"public": {"x.csv": "nonsense"}, "private": {}}}}');
    await expect(readChecksumsFile(path)).rejects.toThrow("md5");
  });
});

describe("the data directory", () => {
  it("says what it holds, each file counted once", async () => {
    const [absent] = await dataStatus(dataDir, { competitionIds: [MADE_UP_ID] });
    expect(absent).toMatchObject({ state: "absent", bytes: { prepared: 0, raw: 0, zip: 0, leftovers: 0 } });
    expect(await dataStatus(dataDir)).toEqual([]);
    const zip = placeZip();
    expect(await dataStatus(dataDir)).toMatchObject([{ state: "raw", bytes: { zip: statSync(sourceZip).size } }]);
    renameSync(zip, `${zip}.part`);
    expect(await dataStatus(dataDir)).toMatchObject([{ state: "raw", bytes: { zip: statSync(sourceZip).size } }]);
    renameSync(`${zip}.part`, zip);
    await prepare({ keepRaw: true, description: "text" });
    const [status] = await dataStatus(dataDir);
    expect(status).toMatchObject({ state: "prepared", hasDescription: true, lockedBy: undefined });
    const { raw } = dataPaths(dataDir, MADE_UP_ID);
    const notLinked = statSync(join(raw, "train.csv")).size + statSync(join(raw, "images.zip")).size;
    expect(status?.bytes.raw).toBe(notLinked);
  });

  it("is verified again", async () => {
    expect(await verifyPrepared(MADE_UP_ID, dataDir)).toMatchObject({ outcome: "not-prepared" });
    const { paths } = await prepare({ rawDir: rawDirWithZip("with-zip") });
    expect(await verifyPrepared(MADE_UP_ID, dataDir)).toMatchObject({ outcome: "unknown", checksums: expected });
    expect(await verifyPrepared(MADE_UP_ID, dataDir, { checksums: expected })).toMatchObject({ outcome: "equal" });
    writeFileSync(paths.answers, "id\n");
    const changed = await verifyPrepared(MADE_UP_ID, dataDir, { checksums: expected });
    expect(changed).toMatchObject({ outcome: "different", differences: [{ file: "private/test.csv" }] });
  });

  it("is pruned of what no run needs, but not of what is not prepared or in use", async () => {
    placeZip();
    const leftover = join(dataDir, MADE_UP_ID, ".preparing-0000");
    mkdirSync(leftover);
    writeFileSync(join(leftover, "x"), "12345");
    expect(await pruneData(dataDir, { dryRun: true })).toEqual({
      removed: [{ competitionId: MADE_UP_ID, path: leftover, bytes: 5 }],
      inUse: [],
      notWritable: [],
    });
    await prepare({ keepRaw: true });
    {
      await using lock = await lockFile(lockPath(join(dataDir, MADE_UP_ID)));
      expect(await pruneData(dataDir)).toEqual({
        removed: [],
        inUse: [{ competitionId: MADE_UP_ID, holder: lock.owner }],
        notWritable: [],
      });
    }
    const { removed } = await pruneData(dataDir);
    expect(removed.map(({ path }) => path)).toEqual(
      expect.arrayContaining([dataPaths(dataDir, MADE_UP_ID).raw, dataPaths(dataDir, MADE_UP_ID).zip]),
    );
    expect(rootNames()).toEqual(["prepared"]);
    expect(await verifyPrepared(MADE_UP_ID, dataDir, { checksums: expected })).toMatchObject({ outcome: "equal" });
  });
});
