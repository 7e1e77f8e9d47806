import { evalSet, registerDemo } from "@mlebench/runner";
import { openDisplay } from "../display/display.js";
import { CliUsageError, EXIT } from "../errors.js";
import type { RunOptions } from "../options/run-options.js";
import { resultJson } from "../output/result-json.js";
import { formatTable } from "../output/table.js";
import type { SourceOf } from "../run/task-arguments.js";
import { toRunEvalOptions } from "../run/to-run-eval-options.js";
import { withInterrupts } from "../run/with-interrupts.js";

export interface EvalSetCommandOptions extends RunOptions {
  readonly model?: string[];
  readonly retryAttempts?: number;
  readonly retryWait?: number;
}

/** `mlebench eval-set` */
export async function evalSetCommand(
  taskNames: readonly string[],
  options: EvalSetCommandOptions,
  sourceOf: SourceOf,
): Promise<void> {
  registerDemo();
  if (options.logDir === undefined) {
    throw new CliUsageError(
      "eval-set needs a log folder of its own.",
      "Give one with --log-dir DIR; calling it again goes on there.",
    );
  }
  const names = taskNames.flatMap((name) => name.split(",")).filter((name) => name !== "");
  const models = options.model ?? [];
  const each = await Promise.all(
    (names.length > 0 ? names : ["mle_bench"]).map((name) =>
      toRunEvalOptions(name, options, { model: models[0], sourceOf, defaults: {} }),
    ),
  );
  const { task: _task, model: _model, logDir, resumeLog: _resume, ...shared } = each[0]!;
  const display = openDisplay(options.display, 2);
  const result = await withInterrupts((signal) =>
    evalSet({
      ...shared,
      tasks: each.map(({ task }) => task),
      models,
      logDir: logDir ?? options.logDir!,
      retryAttempts: options.retryAttempts,
      retryWaitSeconds: options.retryWait,
      signal,
      onEvent: (event) => display.show(event),
      onRound: ({ round, unfinished, waitSeconds }) => {
        if (round > 1)
          process.stderr.write(
            `Round ${round}: ${unfinished} unfinished run${unfinished === 1 ? "" : "s"}${waitSeconds > 0 ? `, after ${waitSeconds} s` : ""}\n`,
          );
      },
    }),
  ).finally(() => display.close());
  if (options.json) {
    const runs = result.runs.map(({ task, model, logPath, status, result: run, error }) => ({
      task,
      model,
      log: logPath,
      status,
      ...(run ? { result: resultJson(run) } : {}),
      ...(error instanceof Error ? { error: error.message } : {}),
    }));
    process.stdout.write(`${JSON.stringify({ success: result.success, runs }, null, 2)}\n`);
  } else {
    process.stdout.write(
      formatTable(
        [{ title: "task" }, { title: "model" }, { title: "status" }, { title: "log" }],
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
