import { shortId } from "@mlebench/base";
import {
  createDockerProvider,
  parseComposeSpec,
  type SandboxEvent,
  type ServiceInput,
} from "@mlebench/sandbox-compose";
import { DOCKER_CONTEXT, type ImageTarget, targetOf } from "../docker-context.js";

/** The build section of a service that uses one of our images. */
export function imageBuild(
  image: string,
  { target = targetOf(image), baseImage }: { target?: ImageTarget; baseImage?: string } = {},
): Record<string, unknown> {
  return {
    context: DOCKER_CONTEXT,
    dockerfile: "Dockerfile",
    target,
    network: "host",
    args: baseImage === undefined ? undefined : { BASE_IMAGE: baseImage },
  };
}

/** What {@link buildImage} takes. */
export interface BuildImageOptions {
  /** @default the tag of the image's name, else "lean" */
  readonly target?: ImageTarget;
  /** @default the Dockerfile's own */
  readonly baseImage?: string;
  /** Build also when the image exists. @default false */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: SandboxEvent) => void;
}

/**
 * Builds the image of the sandboxes and starts a container from it once, so that it is known to work.
 * @throws DockerUnavailableError, ImageBuildError
 */
export async function buildImage(image: string, options: BuildImageOptions = {}): Promise<void> {
  const build = imageBuild(image, options);
  const service: ServiceInput = { image, network_mode: "none", init: true, build };
  await using provider = createDockerProvider();
  await using _sandbox = await provider.up(parseComposeSpec({ services: { default: service } }), {
    runId: shortId(),
    name: "image-build",
    forceBuild: options.force ?? false,
    own: { build },
    signal: options.signal,
    onProgress: options.onProgress,
  });
}
