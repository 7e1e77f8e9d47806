import { type EvalLog, readEvalLog } from "@mlebench/eval-log";
import { recordedModules } from "../plug-in/log-modules.js";
import type { RunDefaults } from "../run/run-defaults.js";
import { REDACTED } from "../run/secrets.js";
import { AgentOptions } from "../sample/agent-options.js";
import { snakeCase } from "../task/parameters.js";
import { PROTOCOLS } from "../task/protocol.js";

/**
 * What a log says of how it was run, so that resuming it needs nothing but its path.
 * @throws EvalLogError when it can't be read.
 */
export async function resumeDefaults(logPath: string): Promise<RunDefaults> {
  const header = await readEvalLog(logPath, { header: true });
  const {
    competitions,
    solver: _solver,
    scorer: _scorer,
    sandbox_config: _config,
    ...taskArgs
  } = {
    ...header.eval.task_args_passed,
  };
  const ids = stringList(competitions);
  // The arguments have the names of functions; where they came from stands apart.
  const { modules, approval } = recordedModules(header.eval, logPath);
  return {
    taskName: header.eval.task,
    taskArgs: {
      ...withoutRedacted(taskArgs),
      ...Object.fromEntries(Object.entries(modules).map(([name, path]) => [snakeCase(name), path])),
    },
    ...(ids ? { competitions: ids } : {}),
    model: header.eval.model,
    run: { resumeLog: logPath, ...runSettings(header), ...(approval === undefined ? {} : { approval }) },
  };
}

function runSettings({ eval: spec }: EvalLog): NonNullable<RunDefaults["run"]> {
  const { config, metadata = {}, model_generate_config: generate = {} } = spec;
  const { limit, sample_id: sampleId, sample_shuffle: shuffle } = config;
  const grading = isObject(metadata["grading"]) ? metadata["grading"] : {};
  return defined({
    protocol: PROTOCOLS.find((name) => name === metadata["protocol"]),
    commandTimeoutSeconds: number(metadata["command_timeout"]),
    obfuscate: typeof metadata["obfuscate"] === "boolean" ? metadata["obfuscate"] : undefined,
    score: grading["score"] === false ? false : undefined,
    gradingTimeoutSeconds: number(grading["timeout"]),
    validationTimeoutSeconds: number(grading["validation_timeout"]),
    gradingMemoryMiB: number(grading["memory_mib"]),
    agent: AgentOptions.safeParse(metadata["agent"]).data,
    solverArgs: spec.solver_args_passed ? withoutRedacted(spec.solver_args_passed) : undefined,
    sandboxOptions: isObject(metadata["sandbox_options"]) ? withoutRedacted(metadata["sandbox_options"]) : undefined,
    limit: limit === undefined ? undefined : typeof limit === "number" ? String(limit) : limit.join("-"),
    sampleIds: sampleId === undefined ? undefined : [sampleId].flat().map(String),
    shuffleSeed: typeof shuffle === "number" ? shuffle : undefined,
    epochsReducer: config.epochs_reducer,
    failOnError: config.fail_on_error,
    continueOnFail: config.continue_on_fail,
    retryOnError: config.retry_on_error,
    scoreOnError: config.score_on_error,
    messageLimit: config.message_limit ?? null,
    tokenLimit: config.token_limit,
    turnLimit: config.turn_limit,
    timeLimitSeconds: config.time_limit,
    workingLimitSeconds: config.working_limit,
    costLimit: config.cost_limit,
    maxSamples: config.max_samples,
    maxSandboxes: config.max_sandboxes,
    modelOptions: defined({
      baseUrl: spec.model_base_url?.includes(REDACTED) ? undefined : spec.model_base_url,
      args: withoutRedacted(spec.model_args ?? {}),
    }),
    generate: defined({
      temperature: number(generate["temperature"]),
      topP: number(generate["top_p"]),
      topK: number(generate["top_k"]),
      maxTokens: number(generate["max_tokens"]),
      seed: number(generate["seed"]),
      stopSequences: stringList(generate["stop_seqs"]),
      frequencyPenalty: number(generate["frequency_penalty"]),
      presencePenalty: number(generate["presence_penalty"]),
      reasoningTokens: number(generate["reasoning_tokens"]),
      parallelToolCalls:
        typeof generate["parallel_tool_calls"] === "boolean" ? generate["parallel_tool_calls"] : undefined,
      reasoningEffort: typeof generate["reasoning_effort"] === "string" ? generate["reasoning_effort"] : undefined,
    }),
  });
}

/** What a secret was taken out of has to be given again. */
function withoutRedacted(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => !JSON.stringify(value ?? null).includes(REDACTED)),
  );
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function stringList(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
}

function defined<T extends Record<string, unknown>>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
