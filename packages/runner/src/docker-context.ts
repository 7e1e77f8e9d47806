import { fileURLToPath } from "node:url";

/** The folder with our Dockerfile; the same place seen from src/ and from dist/. */
export const DOCKER_CONTEXT = fileURLToPath(new URL("../docker/", import.meta.url));

/** Repository of our images; the tag is the target. */
export const IMAGE_REPOSITORY = "mlebench-env";

/** One of {@link IMAGE_TARGETS}. */
export type ImageTarget = "lean" | "full";
/** The images that the Dockerfile can make: pandas and scikit-learn only, or upstream's agent environment. */
export const IMAGE_TARGETS: readonly ImageTarget[] = ["lean", "full"];

/** What a run uses when no image is named. */
export const DEFAULT_IMAGE = `${IMAGE_REPOSITORY}:lean`;

/** The target of the Dockerfile that an image of this name is built from. */
export function targetOf(image: string): ImageTarget {
  return image.endsWith(":full") ? "full" : "lean";
}
