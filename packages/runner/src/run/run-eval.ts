import { Semaphore, shortId } from "@mlebench/base";
import { type EvalLogWriter, openLiveSamples } from "@mlebench/eval-log";
import { type ResolvedModel, resolveModel } from "@mlebench/models";
import type { SandboxProvider } from "@mlebench/sandbox-compose";
import { artifactsDirectory } from "../artifacts-directory.js";
import { composeDirectory, openDataDirectory } from "../data/disk/data-directory.js";
import { openPreparation } from "../data/preparation/preparation.js";
import { messageWithHint } from "../describe-error.js";
import type { RunEvent } from "../events.js";
import type { SampleSetup } from "../sample/attempt-sample.js";
import { ModelRemarks } from "../sample/model-remarks.js";
import { reactSolver } from "../sample/react-solver.js";
import { runSample, sampleScorer } from "../sample/run-sample.js";
import { openProvider } from "../sandbox/open-provider.js";
import { runSchedule } from "../schedule/schedule.js";
import { isMapping } from "../settings/readers.js";
import { sealingKey } from "../trust/sealing-key.js";
import { checkRunEvalOptions } from "./check-run-options.js";
import { GpuPool } from "./gpu-pool.js";
import { openLog } from "./log-spec.js";
import { resolveRun } from "./resolve-run.js";
import type { ResolvedRun } from "./resolved-run.js";
import type { RunEvalOptions } from "./run-options.js";
import { finishRun, type RunResult } from "./run-result.js";
import { redactorOf } from "./secrets.js";
import { ownParts, specMaker } from "./spec-maker.js";
import { survey } from "./survey.js";

/**
 * Runs a task: every competition times every epoch, each in a sandbox of its own, graded on the host and written to one
 * log as it finishes.
 * @returns also when samples failed or the run was cancelled: see `status`, and `exitCode` is 0 only when every
 * sample finished.
 * @throws what makes a run impossible: wrong options, no key, no Docker, a data directory that cannot be written.
 */
export async function runEval(options: RunEvalOptions): Promise<RunResult> {
  checkRunEvalOptions(options);
  return await applyRun(resolveRun(options, await survey(options)));
}

/**
 * Does what was resolved: opens model, provider, data, log and live samples, and runs the samples.
 * @throws what only trying can find out, before anything is downloaded: no key, no Docker, a folder that cannot be written.
 */
async function applyRun(run: ResolvedRun): Promise<RunResult> {
  const { options, task, todo } = run;
  const troubles: string[] = [];
  const key = await sealingKey((message) => troubles.push(message));
  const redact = redactorOf(options, key?.secrets);
  const emit = (event: RunEvent): void => options.onEvent?.(redact(event));
  for (const warning of run.warnings) emit({ type: "warning", ...warning });
  for (const message of troubles) emit({ type: "warning", message });
  const model = await openModel(run);
  const runId = shortId();
  const provider = options.provider ?? (await openOwnProvider(run));
  await using _own = options.provider ? undefined : provider;
  // Proves that the provider works before anything is downloaded, and removes what dead runs left.
  await provider.cleanup();
  const dataDir = await openDataDirectory(run.dataDir.path, { mayBeReadOnly: true });
  await using preparation = await openPreparation(
    run.competitions.map(({ competitionId }) => competitionId),
    {
      dataDir,
      rawDir: options.rawDir,
      assetsDir: options.assetsDir,
      obfuscate: options.obfuscate,
      skipTosCheck: task.parameters.skipTosCheck ?? false,
      kaggle: options.kaggle,
      env: options.env,
      emit,
      signal: options.signal,
    },
  );
  await using writer = await openLog(run, { runId, redact, key });
  await using live = await openLiveSamples(writer.path, {
    redact,
    onTrouble: (error) =>
      emit({
        type: "warning",
        message: `Running samples cannot be shown in the log's folder: ${messageWithHint(error)}`,
      }),
  });
  emit({
    type: "run-start",
    runId,
    task: task.name,
    model: model.id,
    protocol: run.protocol,
    competitions: run.plan.competitions,
    samples: todo.length,
    reusedSamples: run.finished.length,
    logPath: writer.path,
  });
  let unsentOptions: Readonly<Record<string, string>> | undefined;
  const setup: SampleSetup = {
    ...run,
    runId,
    dataDir,
    provider,
    model,
    emit,
    specFor: specMaker({ ...run, dataDir }),
    ownParts: ({ competitionId }) => ownParts(competitionId, { ...run, dataDir }),
    generate: options.generate ?? {},
    solver: task.solver ?? reactSolver(options.agent),
    solverArgs: options.solverArgs ?? {},
    allowHostAccess: options.allowHostAccess,
    artifactsDirectory: artifactsDirectory(writer.path),
    modelRemarks: new ModelRemarks({
      modelId: model.id,
      warn: (message) => emit({ type: "warning", message }),
      record: (unsent) => {
        unsentOptions = unsent;
      },
    }),
    gradingLimits: {
      gradingTimeoutSeconds: options.gradingTimeoutSeconds,
      validationTimeoutSeconds: options.validationTimeoutSeconds,
      gradingMemoryMiB: options.gradingMemoryMiB,
    },
  };
  const gpus = run.gpus && { pool: new GpuPool(run.gpus.ids), perSample: run.gpus.perSample };
  const sandboxes = new Semaphore(run.maxSandboxes);
  const schedule = runSchedule({
    samples: todo,
    prepare: (competitionId, stopped) => preparation.prepare(competitionId, stopped),
    runSample: (sample, given) =>
      runSample(sample, {
        setup,
        scoreSample: run.score ? sampleScorer(run.scorers) : async () => undefined,
        retryOnError: run.retryOnError,
        sandboxes,
        acquireGpus: gpus && ((signal) => gpus.pool.acquire(gpus.perSample, signal)),
        addSample: (logged) => writer.addSample(logged),
        showSample: (source) => live.begin(source),
        ...given,
      }),
    maxSamples: run.maxSamples,
    maxPreparations: run.maxPreparations,
    failOnError: run.failOnError,
    continueOnFail: run.continueOnFail,
    signal: options.signal,
  });
  const [end] = await Promise.allSettled([schedule]);
  if (unsentOptions !== undefined) await recordUnsent(writer, unsentOptions);
  return await finishRun(run, end, { writer, emit });
}

/** The header keeps what was asked for, by which a run is resumed, and beside it what was not sent. */
async function recordUnsent(writer: EvalLogWriter, unsent: Readonly<Record<string, string>>): Promise<void> {
  const { metadata } = writer.spec;
  const before = metadata?.["unsent_generation_options"];
  const all = { ...(isMapping(before) ? before : {}), ...unsent };
  await writer.update({ spec: { metadata: { ...metadata, unsent_generation_options: all } } });
}

async function openModel({ options }: ResolvedRun): Promise<ResolvedModel> {
  const { model, env, generate, modelOptions } = options;
  if (typeof model !== "string") return model;
  return await resolveModel(model, { env, generation: generate, ...modelOptions });
}

async function openOwnProvider({
  options,
  sandboxType,
  maxSandboxes,
  maxSamples,
  todo,
}: ResolvedRun): Promise<SandboxProvider> {
  const sandboxOptions = {
    ...(sandboxType === "docker" && {
      composeDirectory: composeDirectory(),
      sandboxesAtOnce: Math.max(1, Math.min(maxSamples, todo.length)),
    }),
    ...options.sandboxOptions,
  };
  return await openProvider(sandboxType, { maxSandboxes, sandboxOptions, env: options.env });
}
