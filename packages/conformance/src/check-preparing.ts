import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareCompetition } from "@mlebench/data-prep";
import { comparePrepared, type Difference } from "./compare-prepared.js";
import { describeFailure } from "./describe-failure.js";
import type { Expected } from "./kit.js";
import { readZip, unzipTo, type ZipContent } from "./zip.js";

/** Prepares a competition from the kit's raw data and compares every file with upstream's. */
export async function checkPreparing(
  id: string,
  expected: Expected,
  rawZip: string,
  upstream: ZipContent,
): Promise<Difference[]> {
  const directory = await mkdtemp(join(tmpdir(), `conformance-prepare-${id}-`));
  try {
    const rawDir = join(directory, "raw");
    const dataDir = join(directory, "data");
    await unzipTo(await readZip(await readFile(rawZip)), rawDir);
    // The catalogue's checksums are those of the real data.
    const { paths } = await prepareCompetition(id, { dataDir, rawDir, skipVerification: true });
    return await comparePrepared(paths.prepared, expected, upstream);
  } catch (error) {
    return [{ path: id, problem: describeFailure(error) }];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
