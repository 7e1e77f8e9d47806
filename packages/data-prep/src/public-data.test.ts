import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dataPaths } from "./data-paths.js";
import { openToReaders } from "./files/open-to-readers.js";
import { walkFiles } from "./files/walk-files.js";
import { prepareCompetition } from "./prepare-competition.js";
import { surveyPublicData } from "./survey-public-data.js";
import { MADE_UP_ID, registerMadeUpCompetition, writeMadeUpZip } from "./test-support/made-up-competition.js";

let root: string;
let publicDir: string;

beforeAll(() => registerMadeUpCompetition());
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "public-data-"));
  publicDir = join(root, "public");
  mkdirSync(join(publicDir, "folder"), { recursive: true });
  writeFileSync(join(publicDir, "folder", "file"), "content");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe("preparing", () => {
  it.each(["077", "027", "022"])(
    "lets everybody read the public files under umask %s, whatever it is for the answers",
    async (umask) => {
      const before = process.umask(umask);
      try {
        const rawDir = join(root, "raw");
        mkdirSync(rawDir);
        await writeMadeUpZip(join(rawDir, `${MADE_UP_ID}.zip`), { rows: 20 });
        await prepareCompetition(MADE_UP_ID, { dataDir: root, rawDir, description: "What to do." });
        const paths = dataPaths(root, MADE_UP_ID);
        expect(await surveyPublicData(paths.publicDir)).toEqual({ leadsOut: undefined, notForAll: [] });
        expect(modeOf(paths.publicDir)).toBe(0o755);
        for (const { path, kind } of walkFiles(paths.publicDir))
          expect(modeOf(path)).toBe(kind === "file" ? 0o644 : 0o755);
        expect(modeOf(paths.answers)).toBe(0o666 & ~Number.parseInt(umask, 8));
      } finally {
        process.umask(before);
      }
    },
  );

  it("leaves the modes of the user's own files alone", async () => {
    const raw = join(root, "raw.csv");
    writeFileSync(raw, "content", { mode: 0o600 });
    linkSync(raw, join(publicDir, "folder", "placed.csv"));
    await openToReaders(publicDir, { keepsSources: true });
    expect(modeOf(raw)).toBe(0o600);
    expect(modeOf(join(publicDir, "folder", "placed.csv"))).toBe(0o644);
    expect(readFileSync(join(publicDir, "folder", "placed.csv"), "utf8")).toBe("content");
  });
});

describe("what was prepared before or by others", () => {
  it.each([
    ["folder/file", "600"],
    ["folder/file", "640"],
    ["folder", "700"],
    ["folder", "744"],
    ["", "700"],
  ])("finds that not everybody may read %j with mode %s", async (name, mode) => {
    chmodSync(join(publicDir, name), mode);
    expect((await surveyPublicData(publicDir)).notForAll).toContain(name);
  });

  it("names one path for each owner and mode, not a million", async () => {
    for (let file = 0; file < 50; file++) writeFileSync(join(publicDir, `${file}`), "", { mode: 0o600 });
    expect((await surveyPublicData(publicDir)).notForAll).toEqual(["0"]);
  });

  it.each([
    ["a file elsewhere", "/etc/passwd"],
    ["the answers", "../private"],
    ["a folder above", ".."],
    ["nothing", "not/there"],
  ])("finds a link to %s", async (_what, target) => {
    symlinkSync(target, join(publicDir, "planted"));
    expect((await surveyPublicData(publicDir)).leadsOut).toBe(join(publicDir, "planted"));
  });

  it("finds that the public folder itself is a link", async () => {
    const link = join(root, "link");
    symlinkSync(publicDir, link);
    expect((await surveyPublicData(link)).leadsOut).toBe(link);
  });

  it("takes a link that stays inside", async () => {
    symlinkSync("folder/file", join(publicDir, "inside"));
    expect(await surveyPublicData(publicDir)).toEqual({ leadsOut: undefined, notForAll: [] });
    expect(lstatSync(join(publicDir, "inside")).isSymbolicLink()).toBe(true);
  });
});
