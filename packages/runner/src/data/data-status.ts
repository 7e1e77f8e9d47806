import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { getChecksums, listCompetitions } from "@mlebench/competitions";
import { compareChecksums, dataPaths, describeDifference, isPrepared, preparedChecksums } from "@mlebench/data-prep";

/** What is on the disk of one competition. */
export interface CompetitionData {
  readonly competitionId: string;
  readonly prepared: boolean;
  readonly preparedBytes: number;
  /** The zip and the unpacked raw files, which a run does not need. */
  readonly rawBytes: number;
}

/** Every competition of which something is there. */
export async function dataStatus(dataDir: string): Promise<CompetitionData[]> {
  const found: CompetitionData[] = [];
  for (const { id } of listCompetitions()) {
    const paths = dataPaths(dataDir, id);
    if (!(await exists(paths.root))) continue;
    found.push({
      competitionId: id,
      prepared: await isPrepared(id, dataDir),
      preparedBytes: await bytesBelow(paths.prepared),
      rawBytes: (await bytesBelow(paths.raw)) + (await bytesBelow(paths.zip)),
    });
  }
  return found;
}

/** How the prepared files of a competition compare with upstream's checksums. */
export type DataVerification =
  | { readonly competitionId: string; readonly status: "equal" | "unknown" | "not-prepared" }
  | { readonly competitionId: string; readonly status: "different"; readonly differences: readonly string[] };

/** Compares prepared files with upstream's checksums; `unknown` where upstream has none. */
export async function verifyData(competitionId: string, dataDir: string): Promise<DataVerification> {
  if (!(await isPrepared(competitionId, dataDir))) return { competitionId, status: "not-prepared" };
  const expected = getChecksums(competitionId);
  if (!expected) return { competitionId, status: "unknown" };
  const got = await preparedChecksums(dataPaths(dataDir, competitionId).prepared);
  const differences = compareChecksums(expected, got);
  if (differences.length === 0) return { competitionId, status: "equal" };
  return { competitionId, status: "different", differences: differences.map(describeDifference) };
}

/**
 * Removes the zip and the raw files of a prepared competition.
 * @returns the bytes that are free now (fewer where prepared files are hard links of raw ones).
 */
export async function pruneData(competitionId: string, dataDir: string): Promise<number> {
  if (!(await isPrepared(competitionId, dataDir))) return 0;
  const { raw, zip } = dataPaths(dataDir, competitionId);
  const bytes = (await bytesBelow(raw)) + (await bytesBelow(zip));
  await rm(raw, { recursive: true, force: true });
  await rm(zip, { force: true });
  return bytes;
}

async function bytesBelow(path: string): Promise<number> {
  const status = await lstat(path).catch(() => undefined);
  if (!status) return 0;
  if (!status.isDirectory()) return status.size;
  let bytes = 0;
  for (const name of await readdir(path)) bytes += await bytesBelow(join(path, name));
  return bytes;
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}
