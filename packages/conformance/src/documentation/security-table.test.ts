import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const ROW = /^\| (?<attack>.+?) +\| (?<holds>.+?) +\| `(?<file>[^`]+)`: (?<title>.+?) +\|$/;

/** Rows `| attack | what holds it | `file`: title of the test |`, the heads and rulers of the tables apart. */
const rows = readFileSync(join(ROOT, "docs/security.md"), "utf8")
  .split("\n")
  // Not the table of what reasons may depend on, which the answer oracle's test checks.
  .filter((line) => !/^\| .+ \(\d+\) +\|/.test(line) && !line.startsWith("| Graders "))
  .filter((line) => line.startsWith("|") && !/^\|[ -]+\|[ -]+\|[ -]+\|$/.test(line) && !/^\| Attack /.test(line));

describe("The security document", () => {
  it.each(rows)("names a test that exists: %s", (row) => {
    const { file = "", title = "" } = ROW.exec(row)?.groups ?? {};
    expect(file, "a row is | attack | what holds it | `file`: title |").toMatch(/(\.test|-cases)\.ts$/);
    expect(existsSync(join(ROOT, file)), `${file} exists`).toBe(true);
    // A title is a text of the test's file, or its beginning up to what it.each fills in.
    expect(readFileSync(join(ROOT, file), "utf8")).toContain(title);
  });
});
