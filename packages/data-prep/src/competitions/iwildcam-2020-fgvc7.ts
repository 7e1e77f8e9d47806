import { Column, DataFrame, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { JsonObject } from "../py-json/json-object.js";
import { type PyJson, readPyJson } from "../py-json/parse-py-json.js";
import { toPyJson, writePyJson } from "../py-json/write-py-json.js";
import { RandomState } from "../random/random-state.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import { numberField, objectList, requireKeys, requireObject, textField } from "../records/json-access.js";
import { recordTable } from "../records/record-table.js";
import { requireDistinctTexts } from "../tables/require-distinct.js";

const TEST_SHARE = 0.22;
const CATEGORIES = 676;

/** Cameras are split, then moved one by one until the test part has the share of images that Kaggle's had. */
export default definePreparer({
  id: "iwildcam-2020-fgvc7",
  async prepare({ raw, publicDir, privateDir, place }) {
    const detections = "iwildcam2020_megadetector_results.json";
    const trainFile = "iwildcam2020_train_annotations.json";
    const testFile = "iwildcam2020_test_information.json";
    const metadata = requireObject(await readPyJson(raw.file(trainFile)), trainFile);
    const testInformation = requireObject(await readPyJson(raw.file(testFile)), testFile);
    const images = recordTable(objectList(metadata, "images"));
    const annotations = recordTable(objectList(metadata, "annotations"));

    requireDistinctTexts(
      images.map((image) => textField(image, "id")),
      `The image id of ${trainFile}`,
    );
    requireKeys(metadata, ["annotations", "images", "categories", "info"], trainFile);
    requireKeys(testInformation, ["images", "categories", "info"], testFile);
    const testLocations = chooseTestLocations(images.map(locationOf));
    const trainImages = images.filter((image) => !testLocations.has(locationOf(image)));
    const testImages = images.filter((image) => testLocations.has(locationOf(image)));
    const annotationsOf = (part: readonly JsonObject[]) => {
      const ids = new Set(part.map((image) => textField(image, "id")));
      return annotations.filter((annotation) => ids.has(textField(annotation, "image_id")));
    };
    const testAnnotations = annotationsOf(testImages);

    await writePyJson(
      publicDir.file(trainFile),
      JsonObject.from([
        ["annotations", annotationsOf(trainImages)],
        ["images", trainImages],
        ["categories", recordTable(objectList(metadata, "categories"))],
        ["info", metadata.get("info") ?? null],
      ]),
    );
    await writePyJson(
      publicDir.file(testFile),
      JsonObject.from([
        ["images", testImages],
        ["categories", recordTable(objectList(testInformation, "categories"))],
        ["info", testInformation.get("info") ?? null],
      ]),
    );
    await place([{ from: raw.file(detections), to: publicDir.join(detections) }]);
    const placeImages = (part: readonly JsonObject[], folder: string) => {
      const names = part.map((image) => `${textField(image, "id")}.jpg`);
      return place(names.map((name) => ({ from: raw.join("train", name), to: publicDir.join(folder, name) })));
    };
    await placeImages(trainImages, "train");
    await placeImages(testImages, "test");

    const answers = new DataFrame([
      ["Id", Column.object(testAnnotations.map((annotation) => textField(annotation, "image_id")))],
      ["Category", Column.int64(testAnnotations.map((annotation) => numberField(annotation, "category_id")))],
    ]);
    const guesses = new RandomState(0).randints(0, CATEGORIES, answers.height);
    await writeCsv(publicDir.file("sample_submission.csv"), answers.withColumn("Category", Column.int64(guesses)));
    await writeCsv(privateDir.file("answers.csv"), answers);
  },
});

function locationOf(image: JsonObject): string {
  const location: PyJson = image.get("location") ?? null;
  return toPyJson(location);
}

function chooseTestLocations(locations: readonly string[]): Set<string> {
  const imageCounts = new Map<string, number>();
  for (const location of locations) imageCounts.set(location, (imageCounts.get(location) ?? 0) + 1);
  const { train, test } = trainTestSplitList([...imageCounts.keys()], { testSize: TEST_SHARE, random: 0 });
  let testImages = test.reduce((sum, location) => sum + imageCounts.get(location)!, 0);
  const ratio = () => testImages / (locations.length + testImages);
  while (ratio() < TEST_SHARE && train.length > 0) {
    const moved = train.pop()!;
    test.push(moved);
    testImages += imageCounts.get(moved)!;
  }
  while (ratio() > TEST_SHARE && test.length > 0) {
    const moved = test.pop()!;
    train.push(moved);
    testImages -= imageCounts.get(moved)!;
  }
  return new Set(test);
}
