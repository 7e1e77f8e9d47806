import { type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { requireColumns } from "../tables/require-columns.js";
import { requireDisjoint, requireDistinct } from "../tables/require-distinct.js";
import { requireText } from "../tables/require-text.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

const SAMPLE_COLUMNS = ["image_id", "label"];

export default definePreparer({
  id: "paddy-disease-classification",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train.csv"));
    const { train, test } = trainTestSplitFrame(all, { trainSize: 0.75, random: 0 });
    requireColumns((await readCsv(raw.file("sample_submission.csv"))).columns, "sample_submission.csv", {
      inAnyOrder: SAMPLE_COLUMNS,
    });
    requireText(all, "image_id", "train.csv");
    requireText(all, "label", "train.csv");
    requireDisjoint(train, test, "image_id", "train.csv");
    requireDistinct(train, ["label", "image_id"], "train.csv");
    requireDistinct(test, "image_id", "train.csv");

    const placePhotos = (table: DataFrame, target: (label: string, image: string) => string) => {
      const images = textCells(table, "image_id");
      const labels = textCells(table, "label");
      return place(
        images.map((image, row) => ({
          from: raw.join("train_images", labels[row]!, image),
          to: target(labels[row]!, image),
        })),
      );
    };
    await placePhotos(train, (label, image) => publicDir.join("train_images", label, image));
    await placePhotos(test, (_, image) => publicDir.join("test_images", image));

    const sample = test.select(SAMPLE_COLUMNS).withColumn("label", "");
    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
