import { dataPaths } from "@mlebench/data-prep";
import {
  type ComposeSpec,
  mergeCompose,
  type OwnParts,
  parseComposeSpec,
  type ServiceInput,
  writeComposeFile,
} from "@mlebench/sandbox-compose";
import { composeDirectory } from "../data/disk/data-directory.js";
import { DEFAULT_IMAGE } from "../docker-context.js";
import { imageBuild } from "../image/build-image.js";
import type { PlannedSample } from "../plan/run-plan.js";
import type { TaskParameters } from "../task/parameters.js";
import type { ResolvedRun } from "./resolved-run.js";

interface SpecMakerOptions extends Pick<ResolvedRun, "task" | "defaults" | "sandboxType" | "baseImage"> {
  readonly dataDir: string;
}

/**
 * The spec of a competition as the task's parameters make it, before a sandboxConfig changes it: no network, the public
 * data read-only, limits, and nothing of the answers.
 * @param gpuIds indexes of the GPUs, when they were placed; they replace the count.
 * @throws ComposeSpecError when the overrides hold a key that is not supported.
 */
export function generateSpec(
  competitionId: string,
  { task, defaults, dataDir, baseImage }: Omit<SpecMakerOptions, "sandboxType">,
  gpuIds?: readonly string[],
): ComposeSpec {
  const { parameters } = task;
  const image = parameters.dockerImageName ?? DEFAULT_IMAGE;
  const own = ownParts(competitionId, { task, dataDir, baseImage });
  const memoryGB = parameters.memOverride ?? defaults.memoryGB;
  const service: ServiceInput = {
    image,
    // Only used when the image is missing; it is never pulled.
    build: own.build,
    init: true,
    network_mode: "none",
    working_dir: "/home",
    environment: { COMPETITION_ID: competitionId },
    volumes: [
      { type: "bind", source: dataPaths(dataDir, competitionId).publicDir, target: "/home/data", read_only: true },
    ],
    deploy: {
      resources: {
        limits: {
          cpus: String(parameters.cpuOverride ?? defaults.cpus),
          memory: memoryGB === undefined ? null : `${Math.round(memoryGB * 1024)}m`,
        },
        ...gpuReservation(parameters, gpuIds),
      },
    },
  };
  const spec = parseComposeSpec({ services: { default: service } });
  if (!parameters.composeOverrides) return spec;
  const overrides = { services: { default: parameters.composeOverrides } };
  return mergeCompose(spec, overrides, { source: "with compose_overrides" });
}

/** The parts of the spec that open something of the host and are not the user's: the data, and how the image is built. */
export function ownParts(
  competitionId: string,
  { task, dataDir, baseImage }: Pick<SpecMakerOptions, "task" | "dataDir" | "baseImage">,
): Required<OwnParts> {
  return {
    mounts: [dataPaths(dataDir, competitionId).publicDir],
    build: imageBuild(task.parameters.dockerImageName ?? DEFAULT_IMAGE, { baseImage }),
  };
}

function gpuReservation(
  { gpuDriver, gpuCount }: TaskParameters,
  gpuIds: readonly string[] | undefined,
): Record<string, unknown> {
  if ((gpuDriver ?? gpuCount ?? undefined) === undefined) return {};
  return {
    reservations: {
      devices: [
        {
          driver: gpuDriver ?? "nvidia",
          ...(gpuIds ? { device_ids: [...gpuIds] } : { count: gpuCount ?? "all" }),
          capabilities: ["gpu"],
        },
      ],
    },
  };
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
