import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { writeZip } from "../archives/write-zip.js";
import { createPrepareContext } from "../prepare-context.js";
import { trainTestSplit } from "../random/train-test-split.js";
import preparer from "./facebook-recruiting-iii-keyword-extraction.js";

const root = mkdtempSync(join(tmpdir(), "mlebench-facebook-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Bodies as they stand in the raw file, and as pandas prints them. */
const BODIES = [
  ["a\rb", "a\rb"],
  ["NA", ""],
  ["007 eyes", "007 eyes"],
  ["p\r\nq", '"p\r\nq"'],
  ['say ""hi""', '"say ""hi"""'],
  ["x,y", '"x,y"'],
] as const;
const ROWS = 240;

describe("the sample submission of facebook-recruiting-iii-keyword-extraction", () => {
  it("has the questions of test.csv as they are, odd line ends, leading zeros and holes too", async () => {
    const raw = join(root, "raw");
    mkdirSync(raw);
    const row = (index: number, field: 0 | 1) => BODIES[index % BODIES.length]![field];
    const id = (index: number) => String(index).padStart(5, "0");
    const lines = Array.from({ length: ROWS }, (_, index) => `"${id(index)}","Title\r","${row(index, 0)}","r"\r\n`);
    const content = ["Id,Title,Body,Tags\r\n", ...lines].join("");
    await writeZip(join(raw, "Train.zip"), [{ name: "Train.csv", content }]);
    const context = createPrepareContext({
      competitionId: preparer.id,
      rawDirectory: raw,
      publicDirectory: join(root, "public"),
      privateDirectory: join(root, "private"),
      scratchDirectory: join(root, "scratch"),
    });
    await preparer.prepare(context);

    const { test } = trainTestSplit(ROWS, { testSize: 0.1, random: 0 });
    const questions = Array.from(test, (index) => `${id(index)},Title\r,${row(index, 1)}`);
    const tags = ",javascript c# python php java";
    const read = (name: string) => readFileSync(join(root, "public", name), "utf8");
    expect(read("test.csv")).toBe(["Id,Title,Body", ...questions, ""].join("\n"));
    expect(read("sample_submission.csv")).toBe(
      ["Id,Title,Body,Tags", ...questions.map((q) => q + tags), ""].join("\n"),
    );
  });
});
