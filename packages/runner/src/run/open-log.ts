import { createEvalLog, type EvalLogWriter, type Redactor, resumeEvalLog } from "@mlebench/eval-log";
import { logPlan, logSpec } from "./log-spec.js";
import type { ResolvedRun } from "./resolved-run.js";

/** Begins the log of a run, or takes up the one that it resumes. */
export async function openLog(
  run: ResolvedRun,
  { runId, redact }: { readonly runId: string; readonly redact: Redactor },
): Promise<EvalLogWriter> {
  const { options } = run;
  const spec = logSpec({ ...run, runId, modelId: run.model.id, logDir: run.logDir.path, now: new Date() });
  if (options.resumeLog !== undefined) {
    // A run whose errors were tolerated ended well too; a log that is complete was refused before.
    const writer = await resumeEvalLog(options.resumeLog, { redact, evenWhenSuccessful: true });
    const { task_args, task_args_passed, dataset, config } = spec;
    if (options.extendLog) await writer.update({ spec: { task_args, task_args_passed, dataset, config } });
    return writer;
  }
  return await createEvalLog({
    directory: run.logDir.path,
    spec,
    fileNamePattern: run.logFilePattern,
    plan: logPlan(run.solverName, run.commandTimeoutSeconds, options.generate),
    redact,
  });
}
