import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Difference, differences, KNOWN_DIFFERENCES } from "./test-support/parity/differences.js";
import { playOurs } from "./test-support/parity/play-ours.js";
import { INSPECT_REQUESTS, recordInspect } from "./test-support/parity/record-inspect.js";
import { sameMeaning } from "./test-support/parity/same-meaning.js";
import { PARITY_SCRIPTS } from "./test-support/parity/scripts.js";
import type { WireRecord } from "./test-support/parity/wire.js";

const python = process.env["MLEBENCH_PARITY_PYTHON"];
if (python !== undefined) await recordInspect(python);
const inspectRequests: Readonly<Record<string, readonly WireRecord[]>> = JSON.parse(
  readFileSync(INSPECT_REQUESTS, "utf8"),
);
const seen = new Set<string>();

describe("what is asked of a model is what Inspect asks", () => {
  it.each(PARITY_SCRIPTS)("$name", async (script) => {
    const theirs = inspectRequests[script.name];
    if (theirs === undefined) throw new Error("Not recorded: run `pnpm run record:parity`.");
    const ours = await playOurs(script);
    expect(ours).toHaveLength(theirs.length);
    const found = ours.flatMap((request, index) => differences(sameMeaning(request), sameMeaning(theirs[index])));
    expect(found.filter((difference) => !isKnown(difference))).toEqual([]);
  });

  it("but for differences that were found, and that the README tells with their reasons", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8").replaceAll(/ +/g, " ");
    for (const { name, why } of KNOWN_DIFFERENCES) {
      expect(seen).toContain(name);
      expect(readme).toContain(`| ${name} | ${why} |`);
    }
  });
});

function isKnown(difference: Difference): boolean {
  const known = KNOWN_DIFFERENCES.find((each) => each.matches(difference));
  if (known !== undefined) seen.add(known.name);
  return known !== undefined;
}
