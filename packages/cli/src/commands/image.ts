import { nearestNames } from "@mlebench/base";
import { buildImage, IMAGE_TARGETS, type ImageTarget } from "@mlebench/runner";
import { CliUsageError } from "../errors.js";
import { formatDuration } from "../output/format.js";
import { toStderr, toStdout } from "../output/print.js";
import { withInterrupts } from "../run/with-interrupts.js";

/** `mlebench image build` */
export async function imageBuild(options: {
  readonly target?: string;
  readonly dockerImageName?: string;
  readonly baseImage?: string;
  readonly forceRebuild?: true;
}): Promise<void> {
  const target = parseTarget(options.target ?? (options.dockerImageName?.endsWith(":full") ? "full" : "lean"));
  const image = options.dockerImageName ?? `mlebench-env:${target}`;
  let built = false;
  await withInterrupts(
    (signal) =>
      buildImage(image, {
        target,
        baseImage: options.baseImage,
        force: options.forceRebuild ?? false,
        signal,
        onProgress: (event) => {
          if (event.type === "build-start") toStderr(`Building ${event.image}\n`);
          else if (event.type === "build-output") toStderr(`${event.line}\n`);
          else if (event.type === "build-end") {
            built = true;
            toStderr(`Built ${event.image} in ${formatDuration(event.seconds)}\n`);
          }
        },
      }),
    { ending: "stopping the build" },
  );
  toStdout(
    built
      ? `${image} is built, and a container from it starts.\n`
      : `${image} is there already; --force-rebuild builds it anew.\n`,
  );
}

function parseTarget(text: string): ImageTarget {
  const found = IMAGE_TARGETS.find((target) => target === text);
  if (found) return found;
  const near = nearestNames(text, [...IMAGE_TARGETS]);
  throw new CliUsageError(
    `There is no target "${text}".`,
    near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `The targets are ${IMAGE_TARGETS.join(" and ")}.`,
  );
}
