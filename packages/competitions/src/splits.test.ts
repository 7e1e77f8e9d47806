import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findCompetition, listCompetitions } from "./catalogue.js";
import { listSplits, readSplit } from "./splits.js";

const directory = mkdtempSync(join(tmpdir(), "splits-"));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

describe("bundled splits", () => {
  it("lists them by name", () => {
    expect(listSplits()).toEqual(["all", "dev", "high", "low", "medium", "spaceship-titanic"]);
  });

  it("reads them with and without .txt, whatever the working directory", async () => {
    expect(await readSplit("low")).toHaveLength(22);
    expect(await readSplit("low.txt")).toEqual(await readSplit("low"));
  });

  it("name competitions that exist, and agree with the catalogue", async () => {
    for (const split of ["low", "medium", "high", "dev"]) {
      const ids = await readSplit(split);
      for (const id of ids) expect(findCompetition(id), id).toBeDefined();
      const bySplit = listCompetitions().filter((competition) => competition.splits.includes(split));
      expect(bySplit.map(({ id }) => id).sort()).toEqual([...ids].sort());
    }
    expect(await readSplit("all")).toHaveLength(75);
  });

  it("are the files at the top of the repository", async () => {
    const atTop = readFileSync(new URL("../../../splits/low.txt", import.meta.url), "utf8")
      .trim()
      .split("\n");
    expect(await readSplit("low")).toEqual(atTop);
  });
});

describe("split files of one's own", () => {
  it("ignores comments, blank lines, repeats, a byte order mark and Windows line ends", async () => {
    const path = file("mine.txt", "\uFEFF# two\r\n\r\n spaceship-titanic \r\nAI4Code\r\nAI4Code\r\n  # end");
    expect(await readSplit(path)).toEqual(["spaceship-titanic", "AI4Code"]);
  });

  it("suggests the nearest bundled split for an unknown one", async () => {
    await expect(readSplit("meduim")).rejects.toMatchObject({
      code: "SPLIT_UNKNOWN",
      kind: "usage",
      hint: expect.stringContaining("medium"),
    });
    await expect(readSplit(join(directory, "none.txt"))).rejects.toMatchObject({ code: "SPLIT_UNKNOWN" });
    await expect(readSplit("")).rejects.toMatchObject({ code: "SPLIT_UNKNOWN" });
    await expect(readSplit("a\0b")).rejects.toMatchObject({ code: "SPLIT_UNKNOWN" });
  });

  it("refuses a folder and an empty file", async () => {
    mkdirSync(join(directory, "folder"));
    await expect(readSplit(join(directory, "folder"))).rejects.toMatchObject({ code: "SPLIT_NOT_A_FILE" });
    await expect(readSplit(file("empty.txt", "# nothing\n"))).rejects.toMatchObject({
      code: "SPLIT_EMPTY",
      kind: "usage",
    });
  });

  it("refuses a file that is no list of ids, and shows little of it", async () => {
    const path = file("binary.txt", "spaceship-titanic\n\u0001\u001b[2J\ufffd".concat("x".repeat(5000)));
    const error = await readSplit(path).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "SPLIT_NOT_IDS", message: expect.stringContaining("\\u001b[2J") });
    expect(String(error).length).toBeLessThan(300);
  });

  it("says that a file cannot be read", async () => {
    // A link to itself fails for everybody, root included, whom no permission stops.
    symlinkSync("loop.txt", join(directory, "loop.txt"));
    await expect(readSplit(join(directory, "loop.txt"))).rejects.toMatchObject({ code: "SPLIT_UNREADABLE" });
  });
});
