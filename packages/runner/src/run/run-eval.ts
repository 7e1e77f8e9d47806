import { availableParallelism } from "node:os";
import type { GenerateConfig } from "@mlebench/agent-react";
import {
  createEvalLog,
  type EvalLogWriter,
  type EvalSampleReductions,
  type EvalResults as LogResults,
  openLiveSamples,
  type Redactor,
  resumeEvalLog,
  shortUuid,
} from "@mlebench/eval-log";
import type { GenerationOptions, ResolvedModel } from "@mlebench/models";
import { resolveModel } from "@mlebench/models";
import { evalResults, mleBenchScorer, parseReducer, type Scorer } from "@mlebench/scorer";
import { composeDirectory, defaultDataDirectory, openDataDirectory } from "../data/data-directory.js";
import { openPreparation } from "../data/preparation.js";
import { UsageError } from "../errors.js";
import type { RunEvent } from "../events.js";
import { sampleLimits } from "../plan/limits.js";
import { planOfRun } from "../plan/plan-of-run.js";
import type { PlannedSample, RunPlan } from "../plan/run-plan.js";
import { readFinishedSamples } from "../resume/finished-samples.js";
import { artifactsDirectory } from "../sample/artifacts-directory.js";
import type { SampleSetup } from "../sample/attempt-sample.js";
import { describeError, messageOf } from "../sample/describe-error.js";
import { reactSolver } from "../sample/react-solver.js";
import { runSample } from "../sample/run-sample.js";
import { sampleScorer } from "../sample/score-sample.js";
import { runSchedule, type ScheduleResult } from "../schedule/schedule.js";
import { Semaphore } from "../schedule/semaphore.js";
import { protocolDefaults } from "../task/protocol.js";
import { checkRunEvalOptions } from "./check-run-options.js";
import { openGpuPool } from "./gpu-pool.js";
import { logPlan, logSpec } from "./log-spec.js";
import { openProvider } from "./open-provider.js";
import type { RunEvalOptions } from "./run-options.js";
import { type RunResult, runResult } from "./run-result.js";
import { redactorOf } from "./secrets.js";
import { generateSpec, specMaker } from "./spec-maker.js";
import { splitResults } from "./split-results.js";

/** Samples at a time when nothing else says how many. */
const DEFAULT_MAX_SAMPLES = 10;
/** Providers whose sandboxes have this host's GPUs; others place them by themselves. */
const HERE: ReadonlySet<string> = new Set(["docker", "local"]);
/** What missing images are built on, where the Dockerfile's own base can't be had. */
const BASE_IMAGE_VARIABLE = "MLEBENCH_BASE_IMAGE";
/** What follows the time in a log's name; the second one is Inspect's. */
const FILE_NAME_VARIABLES = ["MLEBENCH_LOG_FILE_PATTERN", "INSPECT_EVAL_LOG_FILE_PATTERN"];

/**
 * Runs a task: every competition times every epoch, each in a sandbox of its own, graded on the host and written to one
 * log as it finishes.
 * @returns also when samples failed or the run was cancelled: `status` tells, and `exitCode` is 0 only when every
 * sample finished.
 * @throws what makes a run impossible: wrong options, no key, no Docker, a data directory that can't be written.
 */
export async function runEval(options: RunEvalOptions): Promise<RunResult> {
  checkRunEvalOptions(options);
  const redact = redactorOf(options);
  const emit = (event: RunEvent): void => options.onEvent?.(redact(event));
  const { task } = options;
  const env = options.env ?? process.env;
  const protocol = options.protocol ?? "inspect";
  const defaults = protocolDefaults(protocol);
  const epochs = task.parameters.epochs ?? 1;
  const plan = planOfRun(options);
  // A reducer that needs more epochs than there are is told now and not after hours of work.
  for (const name of options.epochsReducer ?? []) parseReducer(name, { epochs });
  for (const pattern of plan.unmatched) {
    emit({ type: "warning", message: `No competition of this task matches "${pattern}".` });
  }
  for (const { id, reason } of task.excluded) emit({ type: "warning", message: `${id} is left out: ${reason}` });

  const finished = options.resumeLog === undefined ? [] : await readFinishedSamples(options.resumeLog, options, plan);
  const todo = plan.samples.filter(
    ({ sampleId, epoch }) => !finished.some((done) => done.sampleId === sampleId && done.epoch === epoch),
  );
  const limits = sampleLimits(options, task.parameters.maxMessages, defaults);
  const commandTimeoutSeconds = options.commandTimeoutSeconds ?? defaults.commandTimeoutSeconds;
  const baseImage = env[BASE_IMAGE_VARIABLE] || undefined;
  const dataDir = task.parameters.dataDir ?? defaultDataDirectory();
  if (task.solver && Object.keys(options.agent ?? {}).length > 0) throw noDefaultAgent();
  if (!task.solver && Object.keys(options.solverArgs ?? {}).length > 0) throw noSolver();
  // Compose overrides that can't be used are a mistake of the call, not an error of every sample.
  generateSpec(plan.competitions[0]!, { task, defaults, dataDirectory: dataDir, baseImage });
  const model = await openModel(options);
  if (limits.cost !== undefined && !model.price) throw noPrice(model.id);
  const runId = shortUuid();
  const sandboxType = options.provider?.name ?? task.parameters.sandboxType ?? "docker";
  const maxSandboxes = options.maxSandboxes ?? 2 * availableParallelism();
  const maxSamples = options.maxSamples ?? options.modelOptions?.maxConnections ?? DEFAULT_MAX_SAMPLES;
  const gpuCount = task.parameters.gpuCount ?? undefined;
  const gpus = gpuCount === undefined || !HERE.has(sandboxType) ? undefined : await openGpuPool(gpuCount);
  const sandboxOptions = {
    ...(sandboxType === "docker" ? { composeDirectory: composeDirectory() } : {}),
    ...options.sandboxOptions,
  };
  const provider = options.provider ?? (await openProvider(sandboxType, { maxSandboxes, sandboxOptions, env }));
  try {
    // Proves that the provider works before anything is downloaded, and removes what dead runs left.
    await provider.cleanup();
    const dataDirectory = await openDataDirectory(dataDir, { mayBeReadOnly: true });
    await using preparation = await openPreparation([...new Set(todo.map(({ sampleId }) => sampleId))], {
      dataDirectory,
      rawDir: options.rawDir,
      assetsDir: options.assetsDir,
      obfuscate: options.obfuscate,
      skipTosCheck: task.parameters.skipTosCheck ?? false,
      kaggle: options.kaggle,
      env: options.env,
      emit,
      signal: options.signal,
    });
    const scorers = task.scorers ?? [mleBenchScorer()];
    await using writer = await openLog(options, redact, {
      runId,
      plan,
      model,
      limits,
      protocol,
      epochs,
      scorers,
      sandboxType,
      maxSamples,
      maxSandboxes,
      commandTimeoutSeconds,
    });
    await using live = await openLiveSamples(writer.path, {
      redact,
      onTrouble: (error) =>
        emit({ type: "warning", message: `Running samples can't be shown in the log's folder: ${messageOf(error)}` }),
    });
    emit({
      type: "run-start",
      runId,
      task: task.name,
      model: model.id,
      protocol,
      competitions: plan.competitions,
      samples: todo.length,
      reusedSamples: finished.length,
      logPath: writer.path,
    });
    const setup: SampleSetup = {
      runId,
      dataDirectory,
      provider,
      specFor: specMaker({
        task,
        defaults,
        dataDirectory,
        sandboxType,
        baseImage,
      }),
      forceBuild: task.parameters.forceRebuild ?? false,
      model,
      generate: generateConfig(options.generate),
      solver: task.solver ?? reactSolver(options.agent),
      solverArgs: options.solverArgs ?? {},
      solverName: task.solver ? task.solver.name || "solver" : "react",
      limits,
      commandTimeoutSeconds,
      artifactsDirectory: artifactsDirectory(writer.path),
      keepSandboxes: options.keepSandboxes ?? false,
      gradeOnError: options.scoreOnError ?? false,
      gradingLimits: {
        gradingTimeoutSeconds: options.gradingTimeoutSeconds,
        validationTimeoutSeconds: options.validationTimeoutSeconds,
        gradingMemoryMiB: options.gradingMemoryMiB,
      },
      checkGpu: gpuCount !== undefined || (task.parameters.gpuDriver ?? undefined) !== undefined,
      emit,
    };
    const sandboxes = new Semaphore(maxSandboxes);
    const schedule = runSchedule({
      samples: todo,
      prepare: preparation.prepare,
      runSample: (sample, run) =>
        runSample(sample, {
          setup,
          scoreSample: options.score === false ? async () => undefined : sampleScorer(scorers),
          retryOnError: options.retryOnError,
          scoreOnError: options.scoreOnError,
          sandboxes,
          ...(gpus && gpuCount !== undefined ? { acquireGpus: (signal) => gpus.acquire(gpuCount, signal) } : {}),
          addSample: (logged) => writer.addSample(logged),
          showSample: (source) => live.begin(source),
          ...run,
        }),
      maxSamples,
      maxPreparations: options.maxPreparations,
      failOnError: options.failOnError,
      continueOnFail: options.continueOnFail,
      signal: options.signal,
    });
    return await finish(await settle(schedule), { writer, plan, options, scorers, emit, protocol, model });
  } finally {
    if (!options.provider) await provider[Symbol.asyncDispose]();
  }
}

function noDefaultAgent(): UsageError {
  return new UsageError({
    message: "Options of the default agent were given together with a solver that replaces it.",
    hint: "Give the solver its options itself, for example reactSolver({ python: true }).",
  });
}

function noSolver(): UsageError {
  return new UsageError({
    message: "Arguments of a solver were given, but no solver.",
    hint: "Give one with --solver, or set the default agent by its own options.",
  });
}

function noPrice(modelId: string): UsageError {
  return new UsageError({
    message: `A cost limit was given, but the price of ${modelId} isn't known.`,
    hint: "Use --token-limit instead, or give the model's prices through the API (modelOptions.prices).",
  });
}

async function openModel(options: RunEvalOptions): Promise<ResolvedModel> {
  if (typeof options.model !== "string") return options.model;
  return resolveModel(options.model, { env: options.env, generation: options.generate, ...options.modelOptions });
}

async function openLog(
  options: RunEvalOptions,
  redact: Redactor,
  facts: Omit<Parameters<typeof logSpec>[0], "task" | "modelId" | "options" | "logDir" | "now"> & {
    readonly model: ResolvedModel;
  },
): Promise<EvalLogWriter> {
  const directory = options.logDir ?? "logs";
  const spec = logSpec({
    ...facts,
    task: options.task,
    modelId: facts.model.id,
    options,
    logDir: directory,
    now: new Date(),
  });
  if (options.resumeLog !== undefined) {
    // A run whose errors were tolerated ended well too; that a log is complete is told before it comes to this.
    const writer = await resumeEvalLog(options.resumeLog, { redact, evenWhenSuccessful: true });
    const { task_args, task_args_passed, dataset, config } = spec;
    if (options.extendLog) await writer.update({ spec: { task_args, task_args_passed, dataset, config } });
    return writer;
  }
  const solverName = options.task.solver ? options.task.solver.name || "solver" : "react";
  const env = options.env ?? process.env;
  return createEvalLog({
    directory,
    spec,
    fileNamePattern: FILE_NAME_VARIABLES.map((name) => env[name]).find((pattern) => pattern),
    plan: logPlan(solverName, facts.commandTimeoutSeconds, options.generate),
    redact,
  });
}

/** What the loop itself asks of the model; the rest is added where the model is resolved. */
function generateConfig(generate: GenerationOptions = {}): GenerateConfig {
  const { temperature, topP, topK, maxTokens, seed, stopSequences, frequencyPenalty, presencePenalty } = generate;
  return { temperature, topP, topK, maxTokens, seed, stopSequences, frequencyPenalty, presencePenalty };
}

type Settled = { readonly counts: ScheduleResult } | { readonly failure: unknown };

async function settle(schedule: Promise<ScheduleResult>): Promise<Settled> {
  try {
    return { counts: await schedule };
  } catch (failure) {
    return { failure };
  }
}

async function finish(
  settled: Settled,
  {
    writer,
    plan,
    options,
    scorers,
    emit,
    protocol,
    model,
  }: {
    writer: EvalLogWriter;
    plan: RunPlan;
    options: RunEvalOptions;
    scorers: readonly Scorer[];
    emit: (event: RunEvent) => void;
    protocol: string;
    model: ResolvedModel;
  },
): Promise<RunResult> {
  const failure = "failure" in settled ? settled.failure : undefined;
  const cancelled = options.signal?.aborted === true;
  const failed = "counts" in settled && settled.counts.failed;
  const status = cancelled ? "cancelled" : failed || failure !== undefined ? "error" : "success";
  const inPlan = writer.summaries.filter((row) => isPlanned(plan, String(row.id), row.epoch));
  const computed =
    options.score === false
      ? undefined
      : evalResults(inPlan, { totalSamples: plan.samples.length, scorers, reducers: options.epochsReducer });
  const firstError = inPlan.find(({ error }) => error !== undefined)?.error;
  const error = failure ?? (status === "error" ? new Error(firstError ?? "A sample failed.") : undefined);
  await writer.finish({
    status,
    ...(computed
      ? { results: computed.results as LogResults, reductions: computed.reductions as EvalSampleReductions[] }
      : {}),
    ...(error === undefined ? {} : { error: describeError(error) }),
  });
  emit({ type: "run-end", status, logPath: writer.path });
  if (failure !== undefined && !cancelled) throw failure;
  return runResult({
    status,
    plan,
    writer,
    results: computed?.results,
    splits: computed ? splitResults(inPlan, { plan, scorers, reducers: options.epochsReducer }) : [],
    protocol,
    modelId: model.id,
    task: options.task,
  });
}

function isPlanned(plan: RunPlan, id: string, epoch: number): boolean {
  return plan.samples.some((sample: PlannedSample) => sample.sampleId === id && sample.epoch === epoch);
}
