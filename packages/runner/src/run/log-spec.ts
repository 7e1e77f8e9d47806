import type { ReactLimits } from "@mlebench/agent-react";
import { shortId } from "@mlebench/base";
import { type EvalPlan, type EvalSpec, isoTime } from "@mlebench/eval-log";
import type { GenerationOptions } from "@mlebench/models";
import { type Scorer, scorerSpecs } from "@mlebench/scorer";
import { RUNNER_VERSION } from "../package-version.js";
import { parseLimit } from "../plan/parse-limit.js";
import type { RunPlan } from "../plan/run-plan.js";
import { recordModules } from "../plug-in/log-modules.js";
import type { AgentOptions, AgentSettings } from "../sample/agent-options.js";
import type { Task } from "../task/mle-bench.js";
import type { ProtocolName } from "../task/protocol.js";
import type { RunEvalOptions } from "./run-options.js";

/** The version of the Inspect eval that a run is comparable with. */
const TASK_VERSION = 7;

export interface LogSpecOptions {
  readonly task: Task;
  readonly plan: RunPlan;
  readonly runId: string;
  readonly modelId: string;
  readonly options: RunEvalOptions;
  readonly logDir: string;
  readonly limits: ReactLimits;
  readonly protocol: ProtocolName;
  readonly epochs: number;
  readonly scorers: readonly Scorer[];
  readonly sandboxType: string;
  readonly maxSamples: number;
  readonly maxSandboxes: number;
  readonly commandTimeoutSeconds: number;
  readonly now: Date;
}

/** What was run, in the log's words. */
export function logSpec(spec: LogSpecOptions): EvalSpec {
  const { task, plan, options, limits } = spec;
  const range = options.limit === undefined ? undefined : parseLimit(options.limit);
  return {
    run_id: spec.runId,
    created: isoTime(new Date(Math.floor(spec.now.getTime() / 1000) * 1000)).replace(".000", ""),
    task: task.name,
    task_id: shortId(),
    task_version: TASK_VERSION,
    task_display_name: task.name,
    task_registry_name: `inspect_evals/${task.name}`,
    task_args: { ...task.argsPassed },
    task_args_passed: { ...task.argsPassed },
    ...(task.solver ? { solver: task.solver.name || "solver" } : {}),
    ...(options.solverArgs
      ? { solver_args: { ...options.solverArgs }, solver_args_passed: { ...options.solverArgs } }
      : {}),
    ...(options.evalSetId ? { eval_set_id: options.evalSetId } : {}),
    tags: [...(options.tags ?? [])],
    dataset: {
      name: task.name,
      samples: plan.competitions.length,
      sample_ids: [...plan.competitions],
      shuffled: plan.shuffled,
    },
    sandbox: { type: spec.sandboxType },
    model: spec.modelId,
    model_generate_config: generateConfigOf(options.generate),
    ...(options.modelOptions?.baseUrl ? { model_base_url: options.modelOptions.baseUrl } : {}),
    model_args: { ...options.modelOptions?.args },
    config: {
      ...(range ? { limit: range.first === 1 ? range.last : [range.first, range.last] } : {}),
      ...(options.sampleIds ? { sample_id: [...options.sampleIds] } : {}),
      ...(options.shuffleSeed === undefined ? {} : { sample_shuffle: options.shuffleSeed }),
      epochs: spec.epochs,
      ...(options.epochsReducer ? { epochs_reducer: [...options.epochsReducer] } : {}),
      fail_on_error: options.failOnError ?? true,
      continue_on_fail: options.continueOnFail ?? false,
      retry_on_error: options.retryOnError ?? 0,
      score_on_error: options.scoreOnError ?? false,
      ...limitsConfig(limits),
      max_samples: spec.maxSamples,
      max_sandboxes: spec.maxSandboxes,
      sandbox_cleanup: !options.keepSandboxes,
      log_samples: true,
    },
    packages: { "@mlebench/runner": RUNNER_VERSION },
    metadata: {
      full_task_version: "7-G",
      task_interface_version: "G",
      task_comparability_version: TASK_VERSION,
      protocol: spec.protocol,
      command_timeout: spec.commandTimeoutSeconds,
      ...(options.obfuscate === undefined ? {} : { obfuscate: options.obfuscate }),
      ...(options.sandboxOptions ? { sandbox_options: { ...options.sandboxOptions } } : {}),
      ...agentMetadata(options.agent),
      ...gradingMetadata(options),
      ...recordModules(spec.logDir, options.modules, options.approval),
      ...options.metadata,
    },
    scorers: scorerSpecs(spec.scorers),
  };
}

/** Limits in the log's words. */
export function limitsConfig(limits: ReactLimits): Record<string, number> {
  const named = {
    message_limit: limits.messages,
    token_limit: limits.tokens,
    turn_limit: limits.turns,
    time_limit: limits.timeSeconds,
    working_limit: limits.workingSeconds,
    cost_limit: limits.cost,
  };
  return Object.fromEntries(Object.entries(named).filter((entry): entry is [string, number] => entry[1] !== undefined));
}

/** What was changed about the default agent; whoever approves is no setting but a person or a program. */
export function agentMetadata({ approvers = [], ...agent }: AgentSettings = {}): {
  readonly agent?: AgentOptions;
  readonly approvers?: readonly string[];
} {
  return {
    ...(Object.keys(agent).length > 0 ? { agent } : {}),
    ...(approvers.length > 0 ? { approvers: approvers.map(({ name }) => name) } : {}),
  };
}

/** What was said about scoring, for whoever goes on with the log. */
function gradingMetadata(options: RunEvalOptions): { readonly grading?: Readonly<Record<string, unknown>> } {
  const given = Object.entries({
    score: options.score === false ? false : undefined,
    timeout: options.gradingTimeoutSeconds,
    validation_timeout: options.validationTimeoutSeconds,
    memory_mib: options.gradingMemoryMiB,
  }).filter(([, value]) => value !== undefined);
  return given.length > 0 ? { grading: Object.fromEntries(given) } : {};
}

/** The steps, as the log's plan. */
export function logPlan(solverName: string, commandTimeoutSeconds: number, generate?: GenerationOptions): EvalPlan {
  return {
    steps: [
      { solver: "prepare", params: {} },
      { solver: solverName, params: { tools: [{ name: "bash", params: { timeout: commandTimeoutSeconds } }] } },
    ],
    config: generateConfigOf(generate),
  };
}

/** Generation options in the log's words. */
export function generateConfigOf(generate: GenerationOptions = {}): Record<string, unknown> {
  const named = {
    temperature: generate.temperature,
    top_p: generate.topP,
    top_k: generate.topK,
    max_tokens: generate.maxTokens,
    seed: generate.seed,
    stop_seqs: generate.stopSequences,
    frequency_penalty: generate.frequencyPenalty,
    presence_penalty: generate.presencePenalty,
    reasoning_effort: generate.reasoningEffort,
    reasoning_tokens: generate.reasoningTokens,
    parallel_tool_calls: generate.parallelToolCalls,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}
