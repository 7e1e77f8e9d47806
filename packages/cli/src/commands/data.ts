import { formatBytes } from "@mlebench/base";
import {
  type CompetitionDataStatus,
  dataStatus,
  defaultDataDirectory,
  describeDifference,
  getCompetition,
  pruneData,
  verifyData,
} from "@mlebench/runner";
import { EXIT } from "../errors.js";
import { type DataOptions, registerCompetitions } from "../options/choose-competitions.js";
import { toStderr, toStdout } from "../output/print.js";
import { printJson } from "../output/print-json.js";
import { formatTable, left, right } from "../output/table.js";
import { withInterrupts } from "../run/with-interrupts.js";

/** `mlebench data status` */
export async function dataStatusCommand(options: DataOptions): Promise<void> {
  await registerCompetitions(options.plugIn);
  const dataDir = options.dataDir ?? defaultDataDirectory();
  const found = await dataStatus(dataDir);
  if (options.json) return printJson(found.map(statusJson));
  const parts = ["prepared", "raw", "zip", "leftovers"] as const;
  const sums = parts.map((part) => found.reduce((sum, { bytes }) => sum + bytes[part], 0));
  toStdout(
    formatTable(
      [...left("competition", "state"), ...right(...parts)],
      [
        ...found.map((status) => [
          status.competitionId,
          stateOf(status),
          ...parts.map((part) => formatBytes(status.bytes[part])),
        ]),
        ["sum", "", ...sums.map(formatBytes)],
      ],
    ),
  );
  toStderr(`${found.length} competition${found.length === 1 ? "" : "s"} in ${dataDir}\n`);
}

function stateOf({ state, lockedBy, hasDescription }: CompetitionDataStatus): string {
  const notes = [
    lockedBy === undefined ? "" : `, in use by process ${lockedBy.pid} on ${lockedBy.host}`,
    state === "prepared" && !hasDescription ? ", no description" : "",
  ];
  return state + notes.join("");
}

function statusJson({ competitionId, state, bytes, hasDescription, lockedBy }: CompetitionDataStatus): object {
  const holder = lockedBy && { pid: lockedBy.pid, hostname: lockedBy.host, since: lockedBy.since };
  return { competition_id: competitionId, state, bytes, has_description: hasDescription, locked_by: holder };
}

/** `mlebench data verify` */
export async function dataVerify(
  ids: readonly string[],
  options: DataOptions & { readonly checksums?: string; readonly against?: string },
): Promise<void> {
  await registerCompetitions(options.plugIn);
  const dataDir = options.dataDir ?? defaultDataDirectory();
  const { against } = options;
  const wanted = await chosen(ids, dataDir);
  const results = await withInterrupts(
    (signal) =>
      verifyData(wanted, dataDir, {
        checksumsFile: options.checksums,
        against,
        signal,
        onStart: (id) => toStderr(`${id}: computing checksums\n`),
      }),
    { ending: "stopping" },
  );
  const reference = against ?? "the checksums";
  const words = {
    equal: `equal to ${reference}`,
    unknown: against === undefined ? "prepared; there are no checksums for it" : `not prepared in ${against}`,
    "not-prepared": "not prepared",
    different: `differs from ${reference}`,
  } as const;
  if (options.json) {
    const json = results.map(({ competitionId, outcome, differences }) => ({
      competition_id: competitionId,
      outcome,
      differences: differences.map(({ file, expected, got, writerDependent, content }) => ({
        file,
        expected,
        got,
        writer_dependent: writerDependent,
        content,
      })),
    }));
    printJson(json);
  } else {
    if (results.length === 0) toStderr(`There is nothing prepared in ${dataDir}.\n`);
    for (const { competitionId, outcome, differences } of results) {
      toStdout(`${competitionId}: ${words[outcome]}\n`);
      for (const difference of differences) toStdout(`  ${describeDifference(difference)}\n`);
    }
  }
  const isBad = results.some(({ outcome }) => outcome === "different" || outcome === "not-prepared");
  if (isBad) process.exitCode = EXIT.failure;
}

/** `mlebench data prune` */
export async function dataPrune(ids: readonly string[], options: DataOptions & { readonly yes?: true }): Promise<void> {
  await registerCompetitions(options.plugIn);
  const dataDir = options.dataDir ?? defaultDataDirectory();
  for (const id of ids) getCompetition(id);
  const { removed, inUse, notWritable } = await withInterrupts(
    (signal) =>
      pruneData(dataDir, { competitionIds: ids.length > 0 ? ids : undefined, dryRun: options.yes !== true, signal }),
    { ending: "stopping" },
  );
  if (options.json) {
    const json = {
      removed: removed.map(({ competitionId, path, bytes }) => ({ competition_id: competitionId, path, bytes })),
      in_use: inUse.map(({ competitionId, holder: { pid, host } }) => ({
        competition_id: competitionId,
        pid,
        hostname: host,
      })),
      not_writable: notWritable,
      dry_run: options.yes !== true,
    };
    return printJson(json);
  }
  for (const { path, bytes } of removed) {
    toStdout(`${path}: ${formatBytes(bytes)} ${options.yes ? "freed" : "would be freed"}\n`);
  }
  for (const { competitionId, holder } of inUse) {
    toStderr(`${competitionId} is left alone: process ${holder.pid} on ${holder.host} prepares it.\n`);
  }
  for (const id of notWritable) toStderr(`${id} is left alone: its folder can't be written to.\n`);
  if (removed.length === 0) toStdout("There is nothing to remove.\n");
  else if (!options.yes) toStdout("Nothing was removed; --yes does it.\n");
}

async function chosen(ids: readonly string[], dataDir: string): Promise<string[]> {
  for (const id of ids) getCompetition(id);
  if (ids.length > 0) return [...ids];
  return (await dataStatus(dataDir))
    .filter(({ state }) => state === "prepared" || state === "incomplete")
    .map(({ competitionId }) => competitionId);
}
