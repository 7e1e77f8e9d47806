import { type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export default definePreparer({
  id: "plant-pathology-2021-fgvc8",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train.csv"));
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.2, random: 0 });

    const placePhotos = (table: DataFrame, folder: string) => {
      const images = textCells(table, "image");
      return place(
        images.map((image) => ({ from: raw.join("train_images", image), to: publicDir.join(folder, image) })),
      );
    };
    await placePhotos(train, "train_images");
    await placePhotos(test, "test_images");

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), test.withColumn("labels", "healthy"));
    await writeCsv(privateDir.file("answers.csv"), test);
  },
});
