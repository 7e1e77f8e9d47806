import { loadPlugInsOf, loadScorers, scoreLog } from "@mlebench/runner";
import { EXIT } from "../errors.js";
import { type DataOptions, registerCompetitions } from "../options/choose-competitions.js";
import { printJson } from "../output/print-json.js";
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
  if (options.plugIn === undefined) await loadPlugInsOf(path);
  const scorers = options.scorer === undefined ? undefined : await loadScorers(options.scorer);
  const result = await withInterrupts((signal) =>
    scoreLog(path, {
      dataDir: options.dataDir,
      scorers,
      gradingTimeoutSeconds: options.gradingTimeout,
      gradingMemoryMiB: options.gradingMemory,
      epochsReducer: options.epochsReducer,
      outputPath: options.overwrite && path,
      signal,
      onSample: ({ sampleId, epoch, report, error }) =>
        process.stderr.write(
          `${sampleId} epoch ${epoch}: ${error ?? (report?.valid_submission ? `score ${report.score}` : `invalid: ${report?.reason}`)}\n`,
        ),
    }),
  );
  if (options.json) {
    printJson({ log: result.path, results: result.results, failed: result.failed });
  } else {
    const lines = result.results.scores.map(
      ({ name, metrics }) =>
        `${name}: ${Object.entries(metrics)
          .map(([metric, { value }]) => `${metric} ${Number.isNaN(value) ? "-" : value.toFixed(3)}`)
          .join(", ")}`,
    );
    process.stdout.write(`${[...lines, `Log: ${result.path}`].join("\n")}\n`);
  }
  if (result.failed > 0) process.exitCode = EXIT.failure;
}
