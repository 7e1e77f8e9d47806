import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { DraftFile, writeAtomically } from "./draft-file.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mlebench-draft-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it("writes a file in the place of an older one and leaves nothing else", async () => {
  const path = join(directory, "deep", "report.json");
  await writeAtomically(path, "old");
  await writeAtomically(path, new TextEncoder().encode("new"), { mode: 0o600 });
  expect(readFileSync(path, "utf8")).toBe("new");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(directory, "deep"))).toEqual(["report.json"]);
});

it("writes what comes piece by piece, and nothing when the pieces break off", async () => {
  const path = join(directory, "log.json");
  async function* pieces(last: () => string) {
    yield "one ";
    yield last();
  }
  await writeAtomically(
    path,
    pieces(() => "two"),
  );
  const broken = writeAtomically(
    path,
    pieces(() => {
      throw new Error("broke off");
    }),
  );
  await expect(broken).rejects.toThrow("broke off");
  expect(readFileSync(path, "utf8")).toBe("one two");
  expect(readdirSync(directory)).toEqual(["log.json"]);
});

it("leaves the old file and no part of the new one when writing fails", async () => {
  const path = join(directory, "taken");
  await writeAtomically(join(path, "inside"), "x");
  await expect(writeAtomically(path, "a folder is in the way")).rejects.toMatchObject({ code: "EISDIR" });
  expect(readdirSync(directory)).toEqual(["taken"]);
});

it("keeps what is written under the draft's name to itself until it is committed", () => {
  const draft = new DraftFile(join(directory, "table.csv"));
  writeFileSync(draft.draftPath, "id\n1\n");
  expect(readdirSync(directory)).not.toContain("table.csv");
  draft.commit();
  expect(readdirSync(directory)).toEqual(["table.csv"]);
  draft.discard();
  expect(readdirSync(directory)).toEqual(["table.csv"]);
});
