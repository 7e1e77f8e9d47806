import type { JsonObject } from "../py-json/json-object.js";
import { toPyJson } from "../py-json/write-py-json.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import { objectList, requireKeys, wrongMetadata } from "./json-access.js";

/** An annotation and the image at the same position of a COCO-like metadata file. */
export interface AnnotatedImage {
  readonly annotation: JsonObject;
  readonly image: JsonObject;
  /** `category_id` of the annotation. */
  readonly category: number;
}

/**
 * The pairs of a metadata file by category: categories in order of first appearance, pairs in file order.
 * @param imageKey the field of an image that an annotation's `image_id` names.
 */
export function groupByCategory(metadata: JsonObject, imageKey: "id" | "image_id"): AnnotatedImage[][] {
  const images = objectList(metadata, "images");
  const annotations = objectList(metadata, "annotations");
  if (images.length !== annotations.length) {
    throw wrongMetadata(`it has ${images.length} images and ${annotations.length} annotations`);
  }
  const groups = new Map<number, AnnotatedImage[]>();
  annotations.forEach((annotation, index) => {
    const category = annotation.get("category_id");
    if (typeof category !== "number") throw wrongMetadata("an annotation has no numeric category_id");
    const [named, own] = [annotation.get("image_id"), images[index]!.get(imageKey)].map((id) => toPyJson(id ?? null));
    if (named !== own)
      throw wrongMetadata(`annotation ${index + 1} is of image ${named} and stands beside image ${own}`);
    const group = groups.get(category);
    const pair = { annotation, image: images[index]!, category };
    if (group) group.push(pair);
    else groups.set(category, [pair]);
  });
  return [...groups.values()];
}

/**
 * Splits every category on its own, each from seed 0: a single pair is train, the last of two to four is test, larger
 * categories go through `train_test_split`.
 */
export function splitCategories(
  groups: readonly (readonly AnnotatedImage[])[],
  testSize: number,
): { readonly train: AnnotatedImage[]; readonly test: AnnotatedImage[] } {
  const train: AnnotatedImage[] = [];
  const test: AnnotatedImage[] = [];
  for (const group of groups) {
    if (group.length >= 5) {
      const split = trainTestSplitList(group, { testSize, random: 0 });
      train.push(...split.train);
      test.push(...split.test);
    } else {
      const trainCount = group.length === 1 ? 1 : group.length - 1;
      train.push(...group.slice(0, trainCount));
      test.push(...group.slice(trainCount));
    }
  }
  return { train, test };
}

/** Checks that the test part's metadata show what upstream's do, so that nothing of the answers stays in them. */
export function requireTestKeys(metadata: JsonObject): void {
  requireKeys(metadata, ["images", "info", "licenses"], "The metadata without what the test part hides");
}
