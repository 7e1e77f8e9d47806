import { evalSet, planEvalSet, registerDemo } from "@mlebench/runner";
import { mergeSettings, type SettingLayer } from "@mlebench/runner/settings";
import { openDisplay } from "../display/display.js";
import { EXIT } from "../errors.js";
import { toStderr, toStdout } from "../output/print.js";
import { printJson } from "../output/print-json.js";
import { printWarnings } from "../output/print-warnings.js";
import { resultJson } from "../output/result-json.js";
import { formatTable, left } from "../output/table.js";
import { printPlannedRuns, sourcesOf } from "../run/dry-run.js";
import { toEvalSetOptions } from "../run/to-run-eval-options.js";
import { withInterrupts } from "../run/with-interrupts.js";

/** `mlebench eval-set` */
export async function evalSetCommand(taskNames: readonly string[], layers: readonly SettingLayer[]): Promise<void> {
  registerDemo();
  const settings = mergeSettings(layers);
  printWarnings(settings.warnings);
  const setOptions = await toEvalSetOptions(taskNames, settings);
  if (settings.values.dryRun) return printPlannedRuns(await planEvalSet(setOptions, sourcesOf(settings)), settings);
  const display = openDisplay(settings.values.display, 2);
  const result = await withInterrupts((signal) =>
    evalSet({
      ...setOptions,
      signal,
      onEvent: (event) => display.show(event),
      onRound: ({ round, unfinished, waitSeconds }) => {
        if (round > 1)
          toStderr(
            `Round ${round}: ${unfinished} unfinished run${unfinished === 1 ? "" : "s"}${waitSeconds > 0 ? `, after ${waitSeconds} s` : ""}\n`,
          );
      },
    }),
  ).finally(() => display.close());
  if (settings.values.json) {
    const runs = result.runs.map(({ task, model, logPath, status, result: run, error }) => ({
      task,
      model,
      log: logPath,
      status,
      ...(run ? { result: resultJson(run) } : {}),
      ...(error instanceof Error ? { error: error.message } : {}),
    }));
    printJson({ success: result.success, runs });
  } else {
    toStdout(
      formatTable(
        left("task", "model", "status", "log"),
        result.runs.map(({ task, model, status, logPath, error }) => [
          task,
          model,
          error instanceof Error ? `${status}: ${error.message}` : status,
          logPath ?? "",
        ]),
      ),
    );
  }
  if (!result.success) {
    const isCancelled = result.runs.some(({ status }) => status === "cancelled");
    process.exitCode = isCancelled ? EXIT.interrupted : EXIT.failure;
  }
}
