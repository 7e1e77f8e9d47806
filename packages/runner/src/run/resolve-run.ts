import type { ReactLimits } from "@mlebench/agent-react";
import { identifyModel, type ModelIdentity } from "@mlebench/models";
import { type ComposeSpec, checkHostAccess, mainService, type OwnParts, thisHost } from "@mlebench/sandbox-compose";
import { mleBenchScorer, parseReducer, type Scorer } from "@mlebench/scorer";
import { UsageError } from "../errors.js";
import { planOfRun, type RunPlan } from "../plan/run-plan.js";
import { protocolDefaults, sampleLimits } from "../settings/protocol.js";
import { settingDefault, withDefaults } from "../settings/setting-values.js";
import type { Task } from "../task/mle-bench.js";
import { describeVerification } from "../trust/describe-verification.js";
import { competitionPlans, neededBytesOf } from "./competition-plans.js";
import { hardwareOf, hardwareOfAll } from "./hardware.js";
import { type CostBound, type ImagePlan, type ResolvedRun, type RunWarning, SETTLED } from "./resolved-run.js";
import type { RunFacts } from "./run-facts.js";
import { resumedSamples } from "./run-identity.js";
import type { RunEvalOptions } from "./run-options.js";
import { sandboxTypeOf } from "./sandbox-type.js";
import { generateSpec, ownParts } from "./spec-maker.js";

/** Samples at a time when nothing else says how many. */
const DEFAULT_MAX_SAMPLES = 10;
const DEFAULT_SCORERS: readonly Scorer[] = [mleBenchScorer()];
/** Providers whose sandboxes have this host's GPUs; others place them by themselves. */
const HERE: ReadonlySet<string> = new Set(["docker", "local"]);
/** Models that are files on this machine. */
const FREE: ReadonlySet<string> = new Set(["mock", "replay", "none"]);
/** What missing images are built on, where the Dockerfile's own base cannot be had. */
const BASE_IMAGE_VARIABLE = "MLEBENCH_BASE_IMAGE";
/** What follows the time in a log's name; the second one is Inspect's. */
const FILE_NAME_VARIABLES = ["MLEBENCH_LOG_FILE_PATTERN", "INSPECT_EVAL_LOG_FILE_PATTERN"];

/**
 * Decides everything about a run before it begins: fills in every default and refuses every mistake of the call. A pure
 * function of its arguments: it reads no file, variable or clock, and waits for nothing; but where the spec's binds lead is
 * looked up on this host.
 * @param facts what {@link survey} found.
 * @param sources where settings come from, to be shown.
 * @throws UsageError, and the errors of other packages that are of the kind `usage`; why a resumed log cannot be read.
 */
export function resolveRun(
  given: RunEvalOptions,
  facts: RunFacts,
  sources: Readonly<Record<string, string>> = {},
): ResolvedRun {
  const options = { ...given, env: facts.env, model: namedModel(given) };
  const { task, modelOptions } = options;
  const { parameters } = task;
  const protocol = options.protocol ?? settingDefault("protocol");
  const defaults = protocolDefaults(protocol, facts.host);
  const epochs = parameters.epochs ?? settingDefault("epochs");
  const plan = planOfRun(options);
  // A reducer that needs more epochs than there are is refused now and not after hours of work.
  for (const name of options.epochsReducer ?? []) parseReducer(name, { epochs });
  const finished = finishedOf(options, facts, plan);
  const isFinished = new Set(finished);
  const todo = plan.samples.filter((sample) => !isFinished.has(sample));
  const limits = sampleLimits(options, parameters.maxMessages, defaults);
  if (task.solver && Object.keys(options.agent ?? {}).length > 0) {
    throw new UsageError({
      message: "Options of the default agent were given together with a solver that replaces it.",
      hint: "Give the solver its options itself, for example reactSolver({ python: true }).",
    });
  }
  if (!task.solver && Object.keys(options.solverArgs ?? {}).length > 0) {
    throw new UsageError({
      message: "Arguments of a solver were given, but no solver.",
      hint: "Give one with --solver, or set the default agent by its own options.",
    });
  }
  const baseImage = facts.env[BASE_IMAGE_VARIABLE] || undefined;
  // Compose overrides that cannot be used are a mistake of the call, not an error of every sample.
  const specOptions = { task, defaults, dataDir: facts.dataDir.path, baseImage };
  const spec = generateSpec(plan.competitions[0]!, specOptions);
  const hostWarnings = hostAccessWarnings(spec, options, ownParts(plan.competitions[0]!, specOptions));
  const model = modelOf(options);
  if (limits.cost !== undefined && !model.price) {
    throw new UsageError({
      message: `A cost limit was given, but the price of ${model.id} isn't known.`,
      hint: "Give the model's prices with --prices (modelOptions.prices in code), or use --token-limit instead.",
    });
  }
  const sandboxType = sandboxTypeOf(options);
  const gpus = gpusOf(task, sandboxType, facts.host.gpus);
  if (facts.sandboxes.problem !== undefined) throw facts.sandboxes.problem;

  const forceBuild = parameters.forceRebuild ?? settingDefault("forceRebuild");
  const settled = withDefaults(options, SETTLED);
  const maxSamples = options.maxSamples ?? modelOptions?.maxConnections ?? DEFAULT_MAX_SAMPLES;
  const maxSandboxes = options.maxSandboxes ?? 2 * facts.host.cpus;
  const maxPreparations = options.maxPreparations ?? 1;
  const perSandbox = hardwareOf(spec);
  const atOnce = Math.min(maxSamples, maxSandboxes, todo.length);
  const competitions = competitionPlans(
    new Set(todo.map(({ competitionId }) => competitionId)),
    facts.competitions,
    options.rawDir,
  );
  return {
    ...settled,
    options,
    sources,
    task,
    plan,
    epochs,
    todo,
    finished,
    model,
    protocol,
    defaults,
    limits,
    commandTimeoutSeconds: options.commandTimeoutSeconds ?? defaults.commandTimeoutSeconds,
    solverName: task.solver ? task.solver.name || "solver" : "react",
    scorers: task.scorers ?? DEFAULT_SCORERS,
    epochsReducer: options.epochsReducer ?? undefined,
    checkGpu: (parameters.gpuCount ?? parameters.gpuDriver ?? undefined) !== undefined,
    maxSamples,
    maxSandboxes,
    maxPreparations,
    sandboxType,
    forceBuild,
    image: imageOf(spec, sandboxType, forceBuild, facts.sandboxes.hasImage),
    baseImage,
    spec,
    gpus,
    hardware: { perSandbox, atMost: hardwareOfAll(perSandbox, atOnce, facts.host.gpus?.length) },
    dataDir: facts.dataDir,
    competitions,
    neededBytes: neededBytesOf(competitions, maxPreparations),
    logDir: facts.logDir,
    logFilePattern: FILE_NAME_VARIABLES.map((name) => facts.env[name]).find((pattern) => pattern),
    cost: costBound(model, limits, todo.length * (1 + settled.retryOnError)),
    warnings: [...warningsOf(plan, task), ...hostWarnings, ...logWarnings(finished.length, facts)],
  };
}

function finishedOf(options: RunEvalOptions, { resumed }: RunFacts, plan: RunPlan): ResolvedRun["finished"] {
  if (options.resumeLog === undefined || resumed === undefined) return [];
  if ("error" in resumed) throw resumed.error;
  return resumedSamples(options.resumeLog, resumed, options, plan);
}

/** Without a model it is the agent that a log and its tables name. */
function namedModel({ model, task }: RunEvalOptions): RunEvalOptions["model"] {
  if (typeof model !== "string" || !/^none(?:\/|$)/.test(model)) return model;
  if (task.solver === undefined) {
    throw new UsageError({
      message: "The run has neither a model nor a solver that brings its own.",
      hint: "Give a model with --model, or the solver with --solver.",
    });
  }
  return model === "none" || model === "none/none" ? `none/${task.solver.name || "solver"}` : model;
}

function modelOf({ model, modelOptions }: RunEvalOptions): ModelIdentity {
  return typeof model === "string" ? identifyModel(model, modelOptions?.prices) : model;
}

/** @throws UsageError when a sample wants more GPUs than there are; when the host does not say, the engine places them. */
function gpusOf({ parameters }: Task, sandboxType: string, ids: readonly string[] = []): ResolvedRun["gpus"] {
  const perSample = parameters.gpuCount ?? undefined;
  if (perSample === undefined || !HERE.has(sandboxType) || ids.length === 0) return undefined;
  if (perSample <= ids.length) return { perSample, ids };
  throw new UsageError({
    code: "RUNNER_GPU_COUNT",
    message: `A sample asks for ${perSample} GPUs, but this host has ${ids.length}.`,
    hint: `Use --gpu-count ${ids.length} or less.`,
  });
}

function imageOf(
  spec: ComposeSpec,
  sandboxType: string,
  forceBuild: boolean,
  isPresent: boolean | undefined,
): ImagePlan | undefined {
  const service = spec.services[mainService(spec)];
  if (sandboxType === "local" || service?.image === undefined) return undefined;
  const { image: name, build, pull_policy: policy } = service;
  if (build !== undefined && (forceBuild || policy === "build")) return { name, state: "to be built" };
  if (isPresent === undefined) return { name, state: "unknown" };
  if (isPresent && policy !== "always") return { name, state: "present" };
  if (build !== undefined) return { name, state: isPresent ? "present" : "to be built" };
  return { name, state: policy === "never" ? "missing" : "to be pulled" };
}

/** What so many attempts at samples cost at most: a limit holds for one attempt, and may be passed by its last call. */
function costBound({ provider, price }: ModelIdentity, limits: ReactLimits, attempts: number): CostBound {
  if (limits.cost !== undefined) return { kind: "bounded", dollars: limits.cost * attempts, by: "cost limit" };
  if (FREE.has(provider)) return { kind: "bounded", dollars: 0, by: "local model" };
  if (limits.tokens === undefined) return { kind: "unbounded", why: "no cost or token limit" };
  if (price === undefined) return { kind: "unbounded", why: "unknown price" };
  const dearest = Math.max(price.input, price.output, price.cacheRead ?? 0, price.cacheWrite ?? 0);
  return { kind: "bounded", dollars: (limits.tokens * attempts * dearest) / 1e6, by: "token limit" };
}

/** What the sandboxes reach of this host, by the user's leave. @throws ComposeSpecError without it */
function hostAccessWarnings(
  spec: ComposeSpec,
  { allowHostAccess = [], env }: RunEvalOptions,
  own: OwnParts,
): RunWarning[] {
  const open = checkHostAccess(spec, { allowHostAccess, own, host: thisHost(env), source: "of the sandboxes" });
  const unused = allowHostAccess.filter((key) => open.every((each) => each.key !== key));
  return [
    ...open.map(({ key, place, reason }) => ({
      message: `The agent can reach this host: ${place}: ${reason} (allowed by --allow-host-access ${key}).`,
    })),
    ...unused.map((key) => ({
      message: `--allow-host-access ${key} allows nothing that the generated spec asks for.`,
    })),
  ];
}

/** Finished samples of a resumed log count as they stand there. */
function logWarnings(finished: number, { resumed }: RunFacts): RunWarning[] {
  if (finished === 0 || resumed === undefined || "error" in resumed || !resumed.verification) return [];
  const { verification } = resumed;
  if (verification.status === "sealed" && verification.by !== "unknown") return [];
  const samples =
    finished === 1 ? "its finished sample counts as it stands" : `its ${finished} finished samples count as they stand`;
  return [{ message: `${verification.path}: ${describeVerification(verification)}; ${samples}.` }];
}

function warningsOf(plan: RunPlan, task: Task): RunWarning[] {
  return [
    ...plan.unmatched.map((pattern) => ({ message: `No competition of this task matches "${pattern}".` })),
    ...task.excluded.map(({ id, reason }) => ({ message: `${id} is left out: ${reason}` })),
  ];
}
