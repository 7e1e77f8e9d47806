import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { besideCheckout } from "./beside-checkout.js";

const recorded = besideCheckout("facts");
const bundled = join(dirname(createRequire(import.meta.url).resolve("@mlebench/competitions/package.json")), "data");
const present = existsSync(recorded);
if (!present) console.warn(`skipped: there are no recorded facts in ${recorded}`);

describe.skipIf(!present)("the bundled catalogue", () => {
  it.each(["competitions.json", "thresholds.json", "checksums.json"])("has %s as it was recorded", (name) => {
    const read = (directory: string): unknown => JSON.parse(readFileSync(join(directory, name), "utf8"));
    expect(read(bundled)).toEqual(read(recorded));
  });
});
