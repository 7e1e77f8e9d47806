import { isDeepStrictEqual } from "node:util";
import type { ReactLimits } from "@mlebench/agent-react";
import type { EvalSpec } from "@mlebench/eval-log";
import { sampleLimits } from "../plan/limits.js";
import { protocolDefaults } from "../task/protocol.js";
import { agentMetadata, generateConfigOf, limitsConfig } from "./log-spec.js";
import type { RunEvalOptions } from "./run-options.js";
import { redactorOf } from "./secrets.js";

/** Parameters that say where data is or how much runs, not what a sample is. */
const NOT_IDENTITY = new Set(["data_dir", "force_rebuild", "skip_tos_check"]);
const LIMITS = Object.keys(
  limitsConfig({ messages: 1, tokens: 1, turns: 1, timeSeconds: 1, workingSeconds: 1, cost: 1 }),
);

/** What makes the samples of two runs comparable, by the words for it in a message. */
export type RunIdentity = Readonly<Record<string, unknown>>;

export interface RunIdentityOptions {
  /** Runs that differ in their number of epochs alone are the same. @default false */
  readonly ignoreEpochs?: boolean;
}

/** The identity of the run that a log is of. */
export function identityOfLog(spec: EvalSpec, options: RunIdentityOptions = {}): RunIdentity {
  const { metadata = {}, config } = spec;
  return identity(
    {
      task: spec.task,
      model: spec.model,
      parameters: spec.task_args_passed ?? {},
      baseUrl: spec.model_base_url,
      modelArgs: spec.model_args ?? {},
      generate: spec.model_generate_config ?? {},
      limits: Object.fromEntries(Object.entries(config).filter(([name]) => LIMITS.includes(name))),
      protocol: metadata["protocol"],
      commandTimeout: metadata["command_timeout"],
      agent: metadata["agent"] ?? {},
      approvers: metadata["approvers"],
      solverArgs: spec.solver_args_passed ?? {},
    },
    options,
  );
}

/** The identity of a run that is asked for. */
export function identityOfRun(run: RunEvalOptions, options: RunIdentityOptions = {}): RunIdentity {
  const { task, model, protocol = "inspect", modelOptions, generate } = run;
  const defaults = protocolDefaults(protocol);
  const limits: ReactLimits = sampleLimits(run, task.parameters.maxMessages, defaults);
  // A log has no secrets: two runs with one each are taken for the same.
  const redact = redactorOf(run);
  return identity(
    redact({
      task: task.name,
      model: typeof model === "string" ? model : model.id,
      parameters: task.argsPassed,
      baseUrl: modelOptions?.baseUrl,
      modelArgs: modelOptions?.args ?? {},
      generate: generateConfigOf(generate),
      limits: limitsConfig(limits),
      protocol,
      commandTimeout: run.commandTimeoutSeconds ?? defaults.commandTimeoutSeconds,
      agent: agentMetadata(run.agent).agent ?? {},
      approvers: agentMetadata(run.agent).approvers,
      solverArgs: run.solverArgs ?? {},
    }),
    options,
  );
}

/** The first thing in which two runs differ. */
export function identityDifference(before: RunIdentity, now: RunIdentity): string | undefined {
  return Object.keys({ ...before, ...now }).find((key) => !isDeepStrictEqual(before[key], now[key]));
}

/** What is different about one part of two identities, for example `limits differ in token_limit (was 5, now 6)`. */
export function describeDifference(what: string, before: unknown, now: unknown): string {
  if (!isMapping(before) || !isMapping(now)) return `${what} was ${shown(before)}, now it is ${shown(now)}`;
  const names = Object.keys({ ...before, ...now }).filter((name) => !isDeepStrictEqual(before[name], now[name]));
  const each = names.map((name) => `${name} (was ${shown(before[name])}, now ${shown(now[name])})`);
  return `${what} differ in ${each.join(", ")}`;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return value === undefined || value === null ? "not given" : JSON.stringify(value);
}

interface Facts {
  readonly task: string;
  readonly model: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly baseUrl: string | undefined;
  readonly modelArgs: Readonly<Record<string, unknown>>;
  readonly generate: Readonly<Record<string, unknown>>;
  readonly limits: Readonly<Record<string, unknown>>;
  readonly protocol: unknown;
  readonly commandTimeout: unknown;
  readonly agent: unknown;
  readonly approvers: unknown;
  readonly solverArgs: unknown;
}

function identity(facts: Facts, { ignoreEpochs = false }: RunIdentityOptions): RunIdentity {
  const parameters = Object.entries(facts.parameters).filter(
    ([name]) => !NOT_IDENTITY.has(name) && !(ignoreEpochs && name === "epochs"),
  );
  // As they are in a log: without what is undefined.
  return JSON.parse(
    JSON.stringify({
      task: facts.task,
      model: facts.model,
      protocol: facts.protocol ?? null,
      "task parameters": Object.fromEntries(parameters),
      "model's address": facts.baseUrl ?? null,
      "model arguments": facts.modelArgs,
      "generation options": facts.generate,
      limits: facts.limits,
      "command timeout": facts.commandTimeout ?? null,
      "agent's options": facts.agent,
      approvers: facts.approvers ?? null,
      "solver arguments": facts.solverArgs,
    }),
  );
}
