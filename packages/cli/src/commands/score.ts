import { loadPlugInsOf, loadScorers, mleBenchScorer, type Scorer, scoreLog } from "@mlebench/runner";
import { EXIT } from "../errors.js";
import { type DataOptions, registerCompetitions } from "../options/choose-competitions.js";
import { toStderr, toStdout } from "../output/print.js";
import { printJson } from "../output/print-json.js";
import { printWarnings } from "../output/print-warnings.js";
import { continued, oneLine } from "../output/style.js";
import { withInterrupts } from "../run/with-interrupts.js";

/** `mlebench score` */
export async function score(
  path: string,
  options: DataOptions & {
    readonly scorer?: string | readonly string[];
    readonly gradingTimeout?: number;
    readonly gradingMemory?: number;
    readonly epochsReducer?: readonly string[];
    readonly overwrite?: true;
  },
): Promise<void> {
  await registerCompetitions(options.plugIn);
  // Somebody else's log is asked for what it names before anything is loaded, and often needs none of its plug-ins.
  if (options.plugIn === undefined) await loadPlugInsOf(path, { ifTrusted: true });
  const scorers = options.scorer === undefined ? undefined : await scorersOf(options.scorer);
  const result = await withInterrupts((signal) =>
    scoreLog(path, {
      dataDir: options.dataDir,
      scorers,
      gradingTimeoutSeconds: options.gradingTimeout,
      gradingMemoryMiB: options.gradingMemory,
      epochsReducer: options.epochsReducer,
      outputPath: options.overwrite && path,
      signal,
      onWarning: (message) => printWarnings([message]),
      onSample: ({ sampleId, epoch, report, error }) =>
        toStderr(
          `${oneLine(String(sampleId))} epoch ${epoch}: ${continued(error ?? (report?.valid_submission ? `score ${report.score}` : `invalid: ${report?.reason}`))}\n`,
        ),
    }),
  );
  if (options.json) {
    printJson({ log: result.path, results: result.results, failed: result.failed });
  } else {
    const lines = result.results.scores.map(({ name, metrics }) =>
      oneLine(
        `${name}: ${Object.entries(metrics)
          .map(([metric, { value }]) => `${metric} ${Number.isNaN(value) ? "-" : value.toFixed(3)}`)
          .join(", ")}`,
      ),
    );
    toStdout(`${[...lines, `Log: ${result.path}`].join("\n")}\n`);
  }
  if (result.failed > 0) process.exitCode = EXIT.failure;
}

/** `default` is the bundled scorer, for logs that name a module of their own. */
async function scorersOf(references: string | readonly string[]): Promise<readonly Scorer[]> {
  const isDefault = [references].flat().join() === "default";
  return isDefault ? [mleBenchScorer()] : await loadScorers(references);
}
