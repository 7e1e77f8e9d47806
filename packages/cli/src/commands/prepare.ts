import { codeOf, formatBytes } from "@mlebench/base";
import {
  dataStatus,
  defaultDataDirectory,
  type PrepareCompetitionsOptions,
  type PreparedCompetition,
  prepareCompetitions,
} from "@mlebench/runner";
import { openDisplay } from "../display/display.js";
import { CliUsageError, EXIT } from "../errors.js";
import { type CompetitionOptions, chooseCompetitions } from "../options/choose-competitions.js";
import { formatDuration } from "../output/format.js";
import { toStderr, toStdout } from "../output/print.js";
import { printError } from "../output/print-error.js";
import { printJson } from "../output/print-json.js";
import { style } from "../output/style.js";
import { formatTable, left, right } from "../output/table.js";
import { withInterrupts } from "../run/with-interrupts.js";

export interface PrepareOptions
  extends CompetitionOptions,
    Omit<Partial<PrepareCompetitionsOptions>, "signal" | "onEvent" | "kaggle" | "env"> {
  readonly checksums?: string;
  readonly maxRate?: number;
  readonly preparationMemory?: number;
  readonly json?: true;
  readonly logLevel?: string;
}

/** `mlebench prepare` */
export async function prepare(options: PrepareOptions): Promise<void> {
  if (options.keepRaw && options.dropZip) {
    throw new CliUsageError("--keep-raw and --drop-zip contradict each other.", "Use one of them.");
  }
  const ids = await chooseCompetitions(options, { withExcluded: options.rawDir !== undefined });
  const dataDir = options.dataDir ?? defaultDataDirectory();
  const display = openDisplay(undefined, 1);
  try {
    const results = await withInterrupts(
      (signal) =>
        prepareCompetitions(ids, {
          dataDir,
          rawDir: options.rawDir,
          assetsDir: options.assetsDir,
          obfuscate: options.obfuscate ?? false,
          leaderboards: options.leaderboards,
          keepRaw: options.keepRaw,
          dropZip: options.dropZip,
          skipVerification: options.skipVerification,
          checksumsFile: options.checksums,
          overwriteChecksums: options.overwriteChecksums,
          skipTosCheck: options.skipTosCheck,
          maxDownloads: options.maxDownloads,
          maxBytesPerSecond: options.maxRate === undefined ? undefined : options.maxRate * 1e6,
          maxPreparations: options.maxPreparations,
          preparationMemoryMiB: options.preparationMemory,
          signal,
          onEvent: (event) => {
            // Failures are told once, below the closing table.
            if (event.type !== "prepare-end" || event.error === undefined) display.show(event);
          },
        }),
      { ending: "stopping; what is done stays, and the same command goes on from there" },
    );
    display.close();
    if (options.json) printJson(results.map(resultJson));
    else if (ids.length > 1 || results[0]?.status !== "failed") toStdout(await resultTable(results, dataDir));
    const isVerbose = options.logLevel === "debug";
    for (const result of results) {
      if (result.status !== "failed") continue;
      if (ids.length > 1) toStderr(`\n${style.bold(result.competitionId)}\n`);
      printError(result.error, { verbose: isVerbose });
      process.exitCode = EXIT.failure;
    }
  } finally {
    display.close();
  }
}

function resultJson(result: PreparedCompetition): Record<string, unknown> {
  return {
    competition_id: result.competitionId,
    status: result.status,
    seconds: result.seconds,
    ...(result.status === "failed" ? { error: result.message, code: codeOf(result.error) } : {}),
  };
}

async function resultTable(results: readonly PreparedCompetition[], dataDir: string): Promise<string> {
  const statuses = await dataStatus(dataDir, { competitionIds: results.map(({ competitionId }) => competitionId) });
  const sizes = new Map(statuses.map(({ competitionId, bytes }) => [competitionId, bytes.prepared]));
  const table = formatTable(
    [...left("competition", "result"), ...right("prepared size", "time")],
    results.map(({ competitionId, status, seconds }) => [
      competitionId,
      WORDS[status],
      status === "failed" ? "" : formatBytes(sizes.get(competitionId) ?? 0),
      formatDuration(seconds),
    ]),
  );
  const failed = results.filter(({ status }) => status === "failed").length;
  return `${table}${results.length - failed} of ${results.length} ready${failed === 0 ? "" : `, ${failed} failed`}\n`;
}

const WORDS = { prepared: "prepared", "already-prepared": "already prepared", failed: style.red("failed") } as const;
