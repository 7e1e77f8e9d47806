import { readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { namedFiles } from "../tables/named-files.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export default definePreparer({
  id: "aptos2019-blindness-detection",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train.csv"));
    requireDistinct(all, "id_code", "train.csv");
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });

    const images = raw.dir("train_images");
    await place(namedFiles(train, "id_code", { from: images, to: publicDir.dir("train_images"), suffix: ".png" }));
    await place(namedFiles(test, "id_code", { from: images, to: publicDir.dir("test_images"), suffix: ".png" }));

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.drop("diagnosis"));
    await writeCsv(publicDir.file("sample_submission.csv"), test.withColumn("diagnosis", 0));
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
