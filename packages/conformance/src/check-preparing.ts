import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPrepareContext, getPreparer } from "@mlebench/data-prep";
import { comparePrepared, type Difference } from "./compare-prepared.js";
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
    const folder = (name: string): string => join(directory, name);
    await unzipTo(await readZip(await readFile(rawZip)), folder("raw"));
    for (const name of ["prepared/public", "prepared/private", "scratch"])
      await mkdir(folder(name), { recursive: true });
    const preparer = await getPreparer(id);
    await preparer.prepare(
      createPrepareContext({
        competitionId: id,
        rawDirectory: folder("raw"),
        publicDirectory: folder("prepared/public"),
        privateDirectory: folder("prepared/private"),
        scratchDirectory: folder("scratch"),
      }),
    );
    return await comparePrepared(folder("prepared"), expected, upstream);
  } catch (error) {
    return [{ path: id, problem: error instanceof Error ? (error.stack ?? error.message) : String(error) }];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
