import { Semaphore, shortId } from "@mlebench/base";
import { type EvalLogWriter, openLiveSamples } from "@mlebench/eval-log";
import { type ResolvedModel, resolveModel } from "@mlebench/models";
import type { SandboxProvider } from "@mlebench/sandbox-compose";
import { artifactsDirectory } from "../artifacts-directory.js";
import { composeDirectory, openDataDirectory } from "../data/disk/data-directory.js";
import { openPreparation } from "../data/preparation/preparation.js";
import { messageWithHint } from "../describe-error.js";
import type { RunEvent, RunEventListener } from "../events.js";
import type { SampleSetup } from "../sample/attempt-sample.js";
import { reactSolver } from "../sample/react-solver.js";
import { runSample } from "../sample/run-sample.js";
import { sampleScorer } from "../sample/score-sample.js";
import { openProvider } from "../sandbox/open-provider.js";
import { runSchedule } from "../schedule/schedule.js";
import { finishRun, settled } from "./finish-run.js";
import { GpuPool } from "./gpu-pool.js";
import { openLog } from "./open-log.js";
import type { ResolvedRun } from "./resolved-run.js";
import type { RunResult } from "./run-result.js";
import { redactorOf } from "./secrets.js";
import { specMaker } from "./spec-maker.js";

/**
 * Does what was resolved: opens model, provider, data, log and live samples, and runs the samples.
 * @throws what only trying can find out, before anything is downloaded: no key, no Docker, a folder that cannot be written.
 */
export async function applyRun(run: ResolvedRun): Promise<RunResult> {
  const { options, task, todo } = run;
  const redact = redactorOf(options);
  const emit = (event: RunEvent): void => options.onEvent?.(redact(event));
  for (const warning of run.warnings) emit({ type: "warning", ...warning });
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
  await using writer = await openLog(run, { runId, redact });
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
  const setup = sampleSetup(run, { runId, dataDir, provider, model, writer, emit });
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
  return await finishRun(run, await settled(schedule), { writer, emit });
}

async function openModel({ options }: ResolvedRun): Promise<ResolvedModel> {
  const { model, env, generate, modelOptions } = options;
  if (typeof model !== "string") return model;
  return await resolveModel(model, { env, generation: generate, ...modelOptions });
}

async function openOwnProvider({ options, sandboxType, maxSandboxes }: ResolvedRun): Promise<SandboxProvider> {
  const sandboxOptions = {
    ...(sandboxType === "docker" && { composeDirectory: composeDirectory() }),
    ...options.sandboxOptions,
  };
  return await openProvider(sandboxType, { maxSandboxes, sandboxOptions, env: options.env });
}

function sampleSetup(
  run: ResolvedRun,
  opened: {
    readonly runId: string;
    readonly dataDir: string;
    readonly provider: SandboxProvider;
    readonly model: ResolvedModel;
    readonly writer: EvalLogWriter;
    readonly emit: RunEventListener;
  },
): SampleSetup {
  const { options, task } = run;
  const { writer, ...rest } = opened;
  return {
    ...rest,
    specFor: specMaker({ ...run, dataDir: opened.dataDir }),
    forceBuild: run.forceBuild,
    generate: options.generate ?? {},
    solver: task.solver ?? reactSolver(options.agent),
    solverArgs: options.solverArgs ?? {},
    solverName: run.solverName,
    limits: run.limits,
    commandTimeoutSeconds: run.commandTimeoutSeconds,
    artifactsDirectory: artifactsDirectory(writer.path),
    keepSandboxes: run.keepSandboxes,
    scoreOnError: run.scoreOnError,
    gradingLimits: {
      gradingTimeoutSeconds: options.gradingTimeoutSeconds,
      validationTimeoutSeconds: options.validationTimeoutSeconds,
      gradingMemoryMiB: options.gradingMemoryMiB,
    },
    checkGpu: run.checkGpu,
  };
}
