import {
  defaultDataDirectory,
  EXCLUDED_COMPETITIONS,
  getCompetition,
  prepareCompetitions,
  readSplit,
  registerDemo,
} from "@mlebench/runner";
import { openDisplay } from "../display/display.js";
import { CliUsageError, EXIT } from "../errors.js";
import { printError } from "../output/print-error.js";
import { withInterrupts } from "../run/with-interrupts.js";

export interface PrepareOptions {
  readonly competition?: readonly string[];
  readonly split?: string;
  readonly lite?: true;
  readonly all?: true;
  readonly rawDir?: string;
  readonly dataDir?: string;
  readonly keepRaw?: true;
  readonly skipVerification?: true;
  readonly skipTosCheck?: true;
  readonly json?: true;
  readonly logLevel?: string;
}

/** `mlebench prepare` */
export async function prepare(options: PrepareOptions): Promise<void> {
  registerDemo();
  const ids = await chooseCompetitions(options);
  const display = openDisplay(undefined, 1);
  try {
    const results = await withInterrupts((signal) =>
      prepareCompetitions(ids, {
        dataDir: options.dataDir ?? defaultDataDirectory(),
        rawDir: options.rawDir,
        keepRaw: options.keepRaw,
        skipVerification: options.skipVerification,
        skipTosCheck: options.skipTosCheck,
        signal,
        onEvent: (event) => {
          // One failure alone is told as the command's own error.
          if (event.type !== "prepare-end" || event.error === undefined || ids.length > 1) display.show(event);
        },
      }),
    );
    display.close();
    const failed = results.filter((result) => result.status === "failed");
    if (options.json) {
      const rows = results.map((result) =>
        result.status === "failed"
          ? { competition_id: result.competitionId, status: result.status, error: result.message }
          : { competition_id: result.competitionId, status: result.status },
      );
      process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    } else {
      for (const result of results) {
        if (result.status === "already-prepared") process.stdout.write(`${result.competitionId}: already prepared\n`);
        else if (result.status === "prepared") process.stdout.write(`${result.competitionId}: prepared\n`);
      }
    }
    if (failed.length === 0) return;
    for (const result of failed) {
      if (result.status === "failed" && ids.length === 1) {
        printError(result.error, { verbose: options.logLevel === "debug" });
      }
    }
    process.exitCode = EXIT.failure;
  } finally {
    display.close();
  }
}

async function chooseCompetitions(options: PrepareOptions): Promise<string[]> {
  const ways = [options.competition, options.split, options.lite, options.all].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    throw new CliUsageError(
      ways.length === 0 ? "Nothing to prepare was named." : "More than one of -c, --split, --lite and --all was given.",
      "Use one: -c ID, --split NAME, --lite or --all.",
    );
  }
  const ids = options.competition
    ? [...new Set(options.competition)]
    : await readSplit(options.split ?? (options.lite ? "low" : "all"));
  for (const id of ids) getCompetition(id);
  if (options.competition || options.rawDir !== undefined) return ids;
  const excluded = EXCLUDED_COMPETITIONS.filter(({ id }) => ids.includes(id));
  for (const { id, reason } of excluded) process.stderr.write(`${id} is left out: ${reason}\n`);
  return ids.filter((id) => !excluded.some((each) => each.id === id));
}
