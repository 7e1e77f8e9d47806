import {
  type ComposeSpec,
  mergeCompose,
  parseComposeSpec,
  type SandboxPaths,
  type ServiceInput,
} from "@mlebench/sandbox-compose";
import { imageBuild } from "../image/build-image.js";

/** Where things are in our images, and in every sandbox that can lay out its own root. */
export const IMAGE_PATHS: SandboxPaths = {
  home: "/home",
  data: "/home/data",
  submission: "/home/submission",
  code: "/home/code",
  logs: "/home/logs",
};

export interface SampleSpecOptions {
  readonly competitionId: string;
  /** The prepared public files on the host, description.md among them. */
  readonly publicDirectory: string;
  readonly image: string;
  /** What a missing image is built on. @default the Dockerfile's own */
  readonly baseImage?: string;
  readonly cpus: number;
  /** GB of memory; undefined leaves it to the provider. */
  readonly memoryGB?: number;
  readonly gpuDriver?: string;
  readonly gpuCount?: number;
  /** Indexes of the GPUs, when they were placed; they replace the count. */
  readonly gpuIds?: readonly string[];
  /** Keys of the service, merged last: maps are merged, lists replaced. */
  readonly composeOverrides?: Readonly<Record<string, unknown>>;
}

/**
 * The sandbox of one sample: no network, the public data read-only, limits, and nothing of the answers.
 * @throws ComposeSpecError when the overrides hold a key that is not supported.
 */
export function sampleSpec(options: SampleSpecOptions): ComposeSpec {
  const service: ServiceInput = {
    image: options.image,
    // Only used when the image is missing; it is never pulled.
    build: imageBuild(options.image, { baseImage: options.baseImage }),
    init: true,
    network_mode: "none",
    working_dir: IMAGE_PATHS.home,
    environment: { COMPETITION_ID: options.competitionId },
    volumes: [{ type: "bind", source: options.publicDirectory, target: IMAGE_PATHS.data, read_only: true }],
    deploy: {
      resources: {
        limits: {
          cpus: String(options.cpus),
          memory: options.memoryGB === undefined ? null : `${Math.round(options.memoryGB * 1024)}m`,
        },
        ...gpuReservation(options),
      },
    },
  };
  const spec = parseComposeSpec({ services: { default: service } });
  if (!options.composeOverrides) return spec;
  return mergeCompose(spec, { services: { default: options.composeOverrides } }, { source: "with compose_overrides" });
}

function gpuReservation({ gpuDriver, gpuCount, gpuIds }: SampleSpecOptions): Record<string, unknown> {
  if (gpuDriver === undefined && gpuCount === undefined) return {};
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
