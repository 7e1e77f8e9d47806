import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scoreCsv } from "@mlebench/grader";
import { expect, it } from "vitest";
import { hostileSubmissions } from "./hostile-submissions.js";
import { BUNDLED_KIT, listKit } from "./kit.js";
import { readZip, unzipTo } from "./zip.js";

/** More for a long run: `MLEBENCH_MUTATIONS=500 MLEBENCH_TEST_SEED=7 npx vitest run hostile`. */
const MUTATIONS = Number(process.env.MLEBENCH_MUTATIONS ?? 20);
const SEED = Number(process.env.MLEBENCH_TEST_SEED ?? 1);
/** Far above what any takes, far below what quadratic work on them would. */
const MOST_SECONDS = 20;
/** Of longer submissions only a quarter as many are tried. */
const LONG_CHARACTERS = 500_000;

it.each(listKit(BUNDLED_KIT))("%s grades hostile submissions or says why not, in time", async (id) => {
  const directory = await mkdtemp(join(tmpdir(), "conformance-hostile-"));
  try {
    await unzipTo(await readZip(await readFile(join(BUNDLED_KIT, id, "prepared.zip"))), directory);
    const sound = await readZip(await readFile(join(BUNDLED_KIT, id, "submissions.zip")));
    const bases = ["sample.csv", "gold.csv"].map((name) => Buffer.from(sound.files.get(name)!).toString());
    const path = join(directory, "submission.csv");
    const count = bases.some((text) => text.length > LONG_CHARACTERS) ? Math.ceil(MUTATIONS / 4) : MUTATIONS;
    for (const { name, bytes } of hostileSubmissions({ bases, count, seed: SEED })) {
      await writeFile(path, bytes);
      const start = process.cpuUsage();
      const result = await scoreCsv(path, id, { privateDir: join(directory, "private") }).catch((error) => {
        throw new Error(name, { cause: error });
      });
      // Not by the clock: the machine may be busy with other things.
      const seconds = process.cpuUsage(start).user / 1e6;
      expect(seconds, name).toBeLessThan(MOST_SECONDS);
      if (result.valid) expect(result.score, name).toBeTypeOf("number");
      else expect(result.reason, name).toMatch(/\S/);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
