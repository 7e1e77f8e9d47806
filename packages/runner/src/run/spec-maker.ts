import { dataPaths } from "@mlebench/data-prep";
import { type ComposeSpec, writeComposeFile } from "@mlebench/sandbox-compose";
import { composeDirectory } from "../data/disk/data-directory.js";
import { DEFAULT_IMAGE } from "../docker-context.js";
import type { PlannedSample } from "../plan/run-plan.js";
import { sampleSpec } from "../sample/compose-spec.js";
import type { Task } from "../task/mle-bench.js";
import type { ProtocolDefaults } from "../task/protocol.js";

export interface SpecMakerOptions {
  readonly task: Task;
  readonly defaults: ProtocolDefaults;
  readonly dataDir: string;
  readonly sandboxType: string;
  /** What a missing image is built on. */
  readonly baseImage?: string;
}

/** The spec of a competition as the task's parameters make it, before a sandboxConfig changes it. */
export function generateSpec(
  competitionId: string,
  { task, defaults, dataDir, baseImage }: Omit<SpecMakerOptions, "sandboxType">,
  gpuIds?: readonly string[],
): ComposeSpec {
  const { parameters } = task;
  return sampleSpec({
    competitionId,
    publicDirectory: dataPaths(dataDir, competitionId).publicDir,
    image: parameters.dockerImageName ?? DEFAULT_IMAGE,
    baseImage,
    cpus: parameters.cpuOverride ?? defaults.cpus,
    memoryGB: parameters.memOverride ?? defaults.memoryGB,
    gpuDriver: parameters.gpuDriver ?? undefined,
    gpuCount: parameters.gpuCount ?? undefined,
    gpuIds,
    composeOverrides: parameters.composeOverrides ?? undefined,
  });
}

/** Makes the compose spec of a sample and leaves a copy of it as a file that `docker compose -f` takes. */
export function specMaker(options: SpecMakerOptions) {
  return async (sample: PlannedSample, gpuIds: readonly string[] | undefined): Promise<ComposeSpec> => {
    const { task, sandboxType, dataDir } = options;
    const generated = generateSpec(sample.competitionId, options, gpuIds);
    const spec = task.sandboxConfig
      ? await task.sandboxConfig(sample, {
          sandboxType,
          image: task.parameters.dockerImageName ?? DEFAULT_IMAGE,
          publicDirectory: dataPaths(dataDir, sample.competitionId).publicDir,
          defaultSpec: generated,
          parameters: task.parameters,
        })
      : generated;
    // The Docker provider writes it itself, with what it fills in.
    if (sandboxType !== "docker") await writeComposeFile(composeDirectory(), sample.competitionId, spec);
    return spec;
  };
}
