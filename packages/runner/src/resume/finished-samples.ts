import { isDeepStrictEqual } from "node:util";
import { readEvalLog, readEvalSampleSummaries } from "@mlebench/eval-log";
import { UsageError } from "../errors.js";
import type { PlannedSample, RunPlan } from "../plan/run-plan.js";
import type { RunEvalOptions } from "../run/run-options.js";

/**
 * The samples of an earlier log that finished without an error and need not run again.
 * @throws UsageError when the log is of another task, model or parameters, or is complete already.
 */
export async function readFinishedSamples(
  logPath: string,
  options: Pick<RunEvalOptions, "task" | "model">,
  plan: RunPlan,
): Promise<PlannedSample[]> {
  const header = await readEvalLog(logPath, { header: true });
  const modelId = typeof options.model === "string" ? options.model : options.model.id;
  check(logPath, "task", header.eval.task, options.task.name);
  check(logPath, "model", header.eval.model, modelId);
  check(logPath, "task parameters", header.eval.task_args_passed ?? {}, options.task.argsPassed);
  const rows = await readEvalSampleSummaries(logPath);
  const finished = plan.samples.filter(({ sampleId, epoch }) =>
    rows.some((row) => String(row.id) === sampleId && row.epoch === epoch && row.error === undefined),
  );
  if (finished.length === plan.samples.length) {
    throw new UsageError({
      code: "RUNNER_RESUME_COMPLETE",
      message: `${logPath} is complete: all ${plan.samples.length} samples finished.`,
      hint: "Look at it with `mlebench log show`, or start a new run.",
    });
  }
  return finished;
}

function check(logPath: string, what: string, before: unknown, now: unknown): void {
  if (isDeepStrictEqual(JSON.parse(JSON.stringify(before)), JSON.parse(JSON.stringify(now)))) return;
  throw new UsageError({
    code: "RUNNER_RESUME_MISMATCH",
    message: `${logPath} can't be resumed: its ${what} was ${JSON.stringify(before)}, now it is ${JSON.stringify(now)}.`,
    hint: "Resume with the same settings, or start a new run.",
  });
}
