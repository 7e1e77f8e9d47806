import {
  dataStatus,
  defaultDataDirectory,
  getCompetition,
  pruneData,
  registerDemo,
  verifyData,
} from "@mlebench/runner";
import { EXIT } from "../errors.js";
import { formatBytes } from "../output/format.js";
import { formatTable } from "../output/table.js";

interface DataOptions {
  readonly dataDir?: string;
  readonly json?: true;
}

/** `mlebench data status` */
export async function dataStatusCommand(options: DataOptions): Promise<void> {
  registerDemo();
  const dataDir = options.dataDir ?? defaultDataDirectory();
  const found = await dataStatus(dataDir);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
    return;
  }
  process.stdout.write(
    formatTable(
      [
        { title: "competition" },
        { title: "prepared" },
        { title: "prepared size", align: "right" },
        { title: "raw size", align: "right" },
      ],
      found.map(({ competitionId, prepared, preparedBytes, rawBytes }) => [
        competitionId,
        prepared ? "yes" : "no",
        formatBytes(preparedBytes),
        formatBytes(rawBytes),
      ]),
    ),
  );
  process.stderr.write(`${found.length} competition${found.length === 1 ? "" : "s"} in ${dataDir}\n`);
}

/** `mlebench data verify` */
export async function dataVerify(ids: readonly string[], options: DataOptions): Promise<void> {
  registerDemo();
  const dataDir = options.dataDir ?? defaultDataDirectory();
  const results = [];
  for (const id of await chosen(ids, dataDir)) {
    process.stderr.write(`${id}: computing checksums\n`);
    results.push(await verifyData(id, dataDir));
  }
  if (options.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  else {
    for (const result of results) {
      process.stdout.write(`${result.competitionId}: ${WORDS[result.status]}\n`);
      if (result.status === "different") for (const line of result.differences) process.stdout.write(`  ${line}\n`);
    }
  }
  const isBad = results.some(({ status }) => status === "different" || (ids.length > 0 && status === "not-prepared"));
  if (isBad) process.exitCode = EXIT.failure;
}

const WORDS = {
  equal: "equal to upstream",
  unknown: "prepared; upstream has no checksums for it",
  "not-prepared": "not prepared",
  different: "differs from upstream",
} as const;

/** `mlebench data prune` */
export async function dataPrune(
  ids: readonly string[],
  options: { readonly dataDir?: string; readonly yes?: true },
): Promise<void> {
  registerDemo();
  const dataDir = options.dataDir ?? defaultDataDirectory();
  const wanted = await chosen(ids, dataDir);
  const found = (await dataStatus(dataDir)).filter(
    ({ competitionId, prepared, rawBytes }) => wanted.includes(competitionId) && prepared && rawBytes > 0,
  );
  for (const { competitionId, rawBytes } of found) {
    if (options.yes) await pruneData(competitionId, dataDir);
    process.stdout.write(
      `${competitionId}: ${formatBytes(rawBytes)} of raw files ${options.yes ? "removed" : "would be removed"}\n`,
    );
  }
  if (found.length === 0) process.stdout.write("There is nothing to remove.\n");
  else if (!options.yes) process.stdout.write("Nothing was removed; --yes does it.\n");
}

async function chosen(ids: readonly string[], dataDir: string): Promise<string[]> {
  for (const id of ids) getCompetition(id);
  if (ids.length > 0) return [...ids];
  return (await dataStatus(dataDir)).filter(({ prepared }) => prepared).map(({ competitionId }) => competitionId);
}
