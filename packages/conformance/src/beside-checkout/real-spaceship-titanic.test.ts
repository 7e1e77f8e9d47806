import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getChecksums } from "@mlebench/competitions";
import { prepareCompetition } from "@mlebench/data-prep";
import { expect, it } from "vitest";
import { besideCheckout } from "./beside-checkout.js";

const rawDir = besideCheckout("real/spaceship-titanic");
const present = existsSync(join(rawDir, "train.csv"));
if (!present) console.warn(`skipped: there are no real data in ${rawDir}`);

it.skipIf(!present)("prepares Kaggle's own files of spaceship-titanic to upstream's md5", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "real-spaceship-titanic-"));
  try {
    const result = await prepareCompetition("spaceship-titanic", { dataDir, rawDir });
    const expected = getChecksums("spaceship-titanic");
    expect(result).toMatchObject({ status: "prepared", verified: true, differences: [] });
    expect(result.checksums).toEqual({ public: expected?.public, private: expected?.private });
    expect(Object.keys({ ...expected?.public, ...expected?.private }).length).toBeGreaterThan(2);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
