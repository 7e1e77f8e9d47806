import { dataPaths } from "@mlebench/data-prep";
import { type ComposeSpec, writeComposeFile } from "@mlebench/sandbox-compose";
import { composeDirectory } from "../data/data-directory.js";
import { DEFAULT_IMAGE } from "../docker-context.js";
import type { PlannedSample } from "../plan/run-plan.js";
import { sampleSpec } from "../sample/compose-spec.js";
import type { Task } from "../task/mle-bench.js";
import type { ProtocolDefaults } from "../task/protocol.js";

export interface SpecMakerOptions {
  readonly task: Task;
  readonly defaults: ProtocolDefaults;
  readonly dataDirectory: string;
  readonly sandboxType: string;
  /** What a missing image is built on. */
  readonly baseImage?: string;
}

/** Makes the compose spec of a sample and leaves a copy of it as a file that `docker compose -f` takes. */
export function specMaker({ task, defaults, dataDirectory, sandboxType, baseImage }: SpecMakerOptions) {
  return async (sample: PlannedSample, gpuIds: readonly string[] | undefined): Promise<ComposeSpec> => {
    const { parameters } = task;
    const { publicDir } = dataPaths(dataDirectory, sample.sampleId);
    const image = parameters.dockerImageName ?? DEFAULT_IMAGE;
    const generated = sampleSpec({
      competitionId: sample.sampleId,
      publicDirectory: publicDir,
      image,
      baseImage,
      cpus: parameters.cpuOverride ?? defaults.cpus,
      memoryGB: parameters.memOverride ?? defaults.memoryGB,
      gpuDriver: parameters.gpuDriver ?? undefined,
      gpuCount: parameters.gpuCount ?? undefined,
      gpuIds,
      composeOverrides: parameters.composeOverrides ?? undefined,
    });
    const spec = task.sandboxConfig
      ? await task.sandboxConfig(sample, {
          sandboxType,
          image,
          publicDirectory: publicDir,
          defaultSpec: generated,
          parameters,
        })
      : generated;
    await writeComposeFile(composeDirectory(), sample.sampleId, spec);
    return spec;
  };
}
