import { shortId } from "@mlebench/base";
import type { EvalLog, EvalPlan, EvalSpec } from "@mlebench/base/log-types";
import { isoTime } from "./complete-sample.js";

/** Fills in ids and the empty objects that the format's schema asks for. */
export function completeSpec(spec: EvalSpec): EvalSpec {
  return {
    ...spec,
    eval_id: spec.eval_id ?? shortId(),
    run_id: spec.run_id ?? shortId(),
    task_version: spec.task_version ?? 0,
    task_attribs: spec.task_attribs ?? {},
    task_args: spec.task_args ?? {},
    task_args_passed: spec.task_args_passed ?? {},
    model_generate_config: spec.model_generate_config ?? {},
    model_args: spec.model_args ?? {},
    packages: spec.packages ?? {},
  };
}

export function completePlan(plan: EvalPlan): EvalPlan {
  return {
    ...plan,
    name: plan.name ?? "plan",
    steps: (plan.steps ?? []).map((step) => ({
      ...step,
      params: step.params ?? {},
      params_passed: step.params_passed ?? {},
    })),
    config: plan.config ?? {},
  };
}

/** Fills in a header but for its spec and plan. */
export function completeHeader(log: EvalLog, now: Date): EvalLog {
  return {
    ...log,
    stats: {
      started_at: log.eval.created,
      completed_at: isoTime(now),
      model_usage: {},
      role_usage: {},
      connection_limit_history: [],
      ...log.stats,
    },
    invalidated: log.invalidated ?? false,
    tags: log.tags ?? log.eval.tags ?? [],
    metadata: log.metadata ?? log.eval.metadata ?? {},
  };
}
