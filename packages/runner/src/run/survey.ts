import { access, constants } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import { abortable, freeBytes, startDeadline } from "@mlebench/base";
import { dataStatus, isPrepared } from "@mlebench/data-prep";
import { isThere, readEvalLog, readEvalSampleSummaries, verifyEvalLog } from "@mlebench/eval-log";
import { createDockerProvider } from "@mlebench/sandbox-compose";
import { defaultDataDirectory } from "../data/disk/data-directory.js";
import { DEFAULT_IMAGE } from "../docker-context.js";
import { providerProblem } from "../sandbox/open-provider.js";
import { settingDefault } from "../settings/setting-values.js";
import { knownLogKeys } from "../trust/log-trust.js";
import { listGpus } from "./gpu-pool.js";
import type { CompetitionFacts, FolderFacts, ResumedLogFacts, RunFacts } from "./run-facts.js";
import type { RunEvalOptions } from "./run-options.js";
import { sandboxTypeOf } from "./sandbox-type.js";

/** An engine that takes longer counts as one that cannot be asked. */
const ENGINE_MILLISECONDS = 2000;

/**
 * Looks at the place where a run is to be: the machine, folders, prepared data, the engine's images, the log that is
 * resumed. Changes nothing, needs no key, network or Docker, and never throws: what cannot be read is undefined.
 */
export async function survey(options: RunEvalOptions): Promise<RunFacts> {
  const { task, env = process.env } = options;
  const { parameters } = task;
  const dataDir = resolve(parameters.dataDir ?? defaultDataDirectory());
  const asksForGpus = (parameters.gpuCount ?? parameters.gpuDriver ?? undefined) !== undefined;
  const gpus = asksForGpus ? await listGpus() : [];
  return {
    env,
    host: {
      platform: process.platform,
      nodeVersion: process.versions.node,
      cpus: availableParallelism(),
      memoryBytes: totalmem(),
      gpus: gpus.length > 0 ? gpus : undefined,
    },
    dataDir: await folderFacts(dataDir),
    logDir: await folderFacts(options.logDir ?? settingDefault("logDir")),
    competitions: await Promise.all(task.competitions.map((id) => competitionFacts(id, dataDir))),
    sandboxes: await sandboxFacts(options),
    resumed: options.resumeLog === undefined ? undefined : await resumedLog(options.resumeLog),
  };
}

async function folderFacts(path: string): Promise<FolderFacts> {
  const folder = resolve(path);
  return {
    path,
    exists: await unlessUnknown(isThere(folder)),
    isWritable: await unlessUnknown(isWritable(folder)),
    freeBytes: await unlessUnknown(freeBytes(folder)),
  };
}

async function isWritable(folder: string): Promise<boolean> {
  let existing = folder;
  while (!(await isThere(existing))) existing = dirname(existing);
  return await access(existing, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function competitionFacts(competitionId: string, dataDir: string): Promise<CompetitionFacts> {
  const isReady = await unlessUnknown(isPrepared(competitionId, dataDir));
  if (isReady) return { competitionId, isPrepared: true };
  const found = await unlessUnknown(dataStatus(dataDir, { competitionIds: [competitionId] }));
  const { raw, zip } = found?.[0]?.bytes ?? {};
  return {
    competitionId,
    isPrepared: isReady,
    rawBytes: raw === undefined || zip === undefined ? undefined : raw + zip,
  };
}

async function sandboxFacts(options: RunEvalOptions): Promise<RunFacts["sandboxes"]> {
  if (options.provider) return {};
  const { sandboxOptions, env, task } = options;
  const sandboxType = sandboxTypeOf(options);
  const problem = await providerProblem(sandboxType, { sandboxOptions, env });
  if (problem !== undefined || sandboxType !== "docker") return { problem };
  const socketPath = sandboxOptions?.["socketPath"];
  await using engine = createDockerProvider({ socketPath: typeof socketPath === "string" ? socketPath : undefined });
  using deadline = startDeadline(ENGINE_MILLISECONDS);
  const ask = <T>(question: Promise<T>): Promise<T | undefined> => unlessUnknown(abortable(question, deadline.signal));
  const image = task.parameters.composeOverrides?.["image"] ?? task.parameters.dockerImageName ?? DEFAULT_IMAGE;
  const version = await ask(engine.version());
  if (version === undefined) return {};
  return {
    hasImage: typeof image === "string" ? await ask(engine.hasImage(image)) : undefined,
    freeBytes: (await unlessUnknown(isThere(version.dataRoot)))
      ? await unlessUnknown(freeBytes(version.dataRoot))
      : undefined,
  };
}

async function resumedLog(path: string): Promise<ResumedLogFacts> {
  try {
    return {
      header: await readEvalLog(path, { header: true }),
      summaries: await readEvalSampleSummaries(path),
      verification: await verifyEvalLog(path, { keys: await knownLogKeys() }),
    };
  } catch (error) {
    return { error };
  }
}

async function unlessUnknown<T>(fact: Promise<T>): Promise<T | undefined> {
  try {
    return await fact;
  } catch {
    return undefined;
  }
}
