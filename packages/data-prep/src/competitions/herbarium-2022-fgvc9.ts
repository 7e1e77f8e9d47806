import { Column, DataFrame, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { readPyJson } from "../py-json/parse-py-json.js";
import { writePyJson } from "../py-json/write-py-json.js";
import { PyRandom } from "../random/py-random.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import { type AnnotatedImage, groupByCategory } from "../records/annotated-images.js";
import { requireObject, textField } from "../records/json-access.js";

const JSON_STYLE = { indent: 4, sortKeys: true };

/** Images of both parts get new ids: train ones numbered within their category, test ones within all. */
export default definePreparer({
  id: "herbarium-2022-fgvc9",
  async prepare({ raw, publicDir, privateDir, place }) {
    const metadata = requireObject(await readPyJson(raw.file("train_metadata.json")), "train_metadata.json");
    const train: AnnotatedImage[] = [];
    const test: AnnotatedImage[] = [];
    const placements: { from: string; to: string }[] = [];
    const source = (image: AnnotatedImage["image"]) => raw.join("train_images", textField(image, "file_name"));
    for (const group of groupByCategory(metadata, "image_id")) {
      const split = trainTestSplitList(group, { testSize: 0.2, random: 0 });
      split.train.forEach(({ annotation, image, category }, index) => {
        const id = `${padded(category, 5)}__${padded(index + 1, 3)}`;
        const name = `${padded(Math.floor(category / 100), 3)}/${padded(category % 100, 2)}/${id}.jpg`;
        placements.push({ from: source(image), to: publicDir.join("train_images", name) });
        train.push({
          annotation: annotation.with({ image_id: id }),
          image: image.with({ image_id: id, file_name: name }),
          category,
        });
      });
      test.push(...split.test);
    }
    new PyRandom(0).shuffle(test);
    const testImages = test.map(({ image }, index) => {
      const name = `${padded(Math.floor(index / 1000), 3)}/test-${padded(index, 6)}.jpg`;
      placements.push({ from: source(image), to: publicDir.join("test_images", name) });
      return image.with({ image_id: String(index), file_name: name });
    });
    await place(placements);

    const trainMetadata = metadata.with({
      annotations: train.map(({ annotation }) => annotation),
      images: train.map(({ image }) => image),
    });
    await writePyJson(publicDir.file("train_metadata.json"), trainMetadata, JSON_STYLE);
    await writePyJson(publicDir.file("test_metadata.json"), testImages, JSON_STYLE);

    const answers = new DataFrame([
      ["Id", Column.range(test.length)],
      ["Predicted", Column.int64(test.map(({ category }) => category))],
    ]);
    await writeCsv(publicDir.file("sample_submission.csv"), answers.withColumn("Predicted", 42));
    await writeCsv(privateDir.file("answers.csv"), answers);
  },
});

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}
