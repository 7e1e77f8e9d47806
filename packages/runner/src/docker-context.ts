import { fileURLToPath } from "node:url";

/** The folder with our Dockerfile; the same place seen from src/ and from dist/. */
export const DOCKER_CONTEXT = fileURLToPath(new URL("../docker/", import.meta.url));

/** The images that the Dockerfile can make: pandas and scikit-learn only, or upstream's agent environment. */
export const IMAGE_TARGETS = ["lean", "full"] as const;
/** One of {@link IMAGE_TARGETS}. */
export type ImageTarget = (typeof IMAGE_TARGETS)[number];

/** What a run uses when no image is named; the tag is the target. */
export const DEFAULT_IMAGE = "mlebench-env:lean";

/** The target of the Dockerfile that an image of this name is built from. */
export function targetOf(image: string): ImageTarget {
  return image.endsWith(":full") ? "full" : "lean";
}
