import { EXCLUDED_COMPETITIONS, getCompetition, readSplit } from "@mlebench/competitions";
import type { ComposeSpec } from "@mlebench/sandbox-compose";
import type { Scorer } from "@mlebench/scorer";
import { UsageError } from "../errors.js";
import { snakeCase } from "../settings/setting.js";
import { checkParameters, type TaskParameters } from "./parameters.js";
import type { Solver } from "./solver.js";

/** Makes the compose spec of a sample instead of the generated one. */
export type SandboxConfig = (
  sample: { readonly competitionId: string; readonly epoch: number },
  parameters: SandboxConfigParameters,
) => ComposeSpec | Promise<ComposeSpec>;

/** What a function that makes compose specs is told. */
export interface SandboxConfigParameters {
  readonly sandboxType: string;
  readonly image: string;
  /** The prepared public files on the host, to be seen by the agent as its data. */
  readonly publicDirectory: string;
  /** The spec that would be used otherwise, to start from. */
  readonly defaultSpec: ComposeSpec;
  readonly parameters: TaskParameters;
}

/** Everything that can be set on a task: the Inspect eval's parameters with their names in camelCase. */
export interface MleBenchParams extends TaskParameters {
  /** Replaces the ReAct agent. */
  readonly solver?: Solver | null;
  /** Replaces the three booleans; several are all recorded. */
  readonly scorer?: Scorer | readonly Scorer[] | null;
  /** Replaces the generated compose spec. */
  readonly sandboxConfig?: SandboxConfig | null;
  /** Ids instead of a split. */
  readonly competitions?: readonly string[];
}

/** What a run works on. Make one with {@link mleBench}. */
export interface Task {
  /** The name in logs: mle_bench, mle_bench_full or mle_bench_lite. */
  readonly name: string;
  readonly competitions: readonly string[];
  /** Ids of the split that are left out, with the reason. */
  readonly excluded: readonly { readonly id: string; readonly reason: string }[];
  readonly parameters: TaskParameters;
  /** The parameters that were given, in snake_case, for the log. */
  readonly argsPassed: Readonly<Record<string, unknown>>;
  readonly solver?: Solver;
  readonly scorers?: readonly Scorer[];
  readonly sandboxConfig?: SandboxConfig;
}

const DEFAULT_SPLIT = "spaceship-titanic";

/**
 * The task `mle_bench`: the competitions of a split, by default spaceship-titanic alone.
 * @throws UsageError for a wrong parameter; UnknownSplitError, UnknownCompetitionError with the nearest names.
 */
export async function mleBench(params: MleBenchParams = {}): Promise<Task> {
  return makeTask("mle_bench", params, params.split ?? DEFAULT_SPLIT);
}

/** All competitions of the benchmark whose rules can be accepted. */
export async function mleBenchFull(params: Omit<MleBenchParams, "split"> = {}): Promise<Task> {
  return makeTask("mle_bench_full", params, "all");
}

/** The low-complexity split, known as MLE-bench Lite. */
export async function mleBenchLite(params: Omit<MleBenchParams, "split"> = {}): Promise<Task> {
  return makeTask("mle_bench_lite", params, "low");
}

/** The tasks by their name on the command line. */
export const TASKS: Readonly<Record<string, (params?: MleBenchParams) => Promise<Task>>> = {
  mle_bench: mleBench,
  mle_bench_full: mleBenchFull,
  mle_bench_lite: mleBenchLite,
};

async function makeTask(name: string, params: MleBenchParams, split: string): Promise<Task> {
  const { solver, scorer, sandboxConfig, competitions, ...data } = params;
  const parameters = checkParameters({ ...data });
  if (name !== "mle_bench" && parameters.split !== undefined) {
    throw new UsageError({
      code: "RUNNER_TASK_PARAMETER",
      message: `${name} has its split already.`,
      hint: "Use mle_bench with --split.",
    });
  }
  const ids = competitions ? [...new Set(competitions)] : await readSplit(split);
  for (const id of ids) getCompetition(id);
  // What somebody names is run; what only stands in a split file is left out when nobody can accept its rules.
  const excluded = competitions ? [] : EXCLUDED_COMPETITIONS.filter(({ id }) => ids.includes(id));
  const scorers = scorer ? [scorer].flat() : undefined;
  return {
    name,
    competitions: ids.filter((id) => !excluded.some((each) => each.id === id)),
    excluded,
    parameters,
    argsPassed: argsPassed(params),
    ...(solver ? { solver } : {}),
    ...(scorers ? { scorers } : {}),
    ...(sandboxConfig ? { sandboxConfig } : {}),
  };
}

function argsPassed(params: MleBenchParams): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [snakeCase(key), typeof value === "function" ? value.name || "custom" : nameOf(value)]),
  );
}

function nameOf(value: unknown): unknown {
  if (typeof value === "object" && value !== null && "name" in value && "score" in value) return value.name;
  return Array.isArray(value) ? value.map(nameOf) : value;
}
