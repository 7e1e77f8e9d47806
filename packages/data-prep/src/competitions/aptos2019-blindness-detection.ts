import { type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export default definePreparer({
  id: "aptos2019-blindness-detection",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train.csv"));
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });

    const placeImages = (table: DataFrame, folder: string) => {
      const names = textCells(table, "id_code").map((id) => `${id}.png`);
      return place(names.map((name) => ({ from: raw.join("train_images", name), to: publicDir.join(folder, name) })));
    };
    await placeImages(train, "train_images");
    await placeImages(test, "test_images");

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.drop("diagnosis"));
    await writeCsv(publicDir.file("sample_submission.csv"), test.withColumn("diagnosis", 0));
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
