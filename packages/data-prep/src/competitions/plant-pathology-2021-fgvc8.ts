import { readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { namedFiles } from "../tables/named-files.js";
import { requireColumns } from "../tables/require-columns.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export default definePreparer({
  id: "plant-pathology-2021-fgvc8",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train.csv"));
    requireDistinct(all, "image", "train.csv");
    requireColumns(all.columns, "train.csv", { atLeast: ["image", "labels"] });
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.2, random: 0 });

    const images = raw.dir("train_images");
    await place(namedFiles(train, "image", { from: images, to: publicDir.dir("train_images") }));
    await place(namedFiles(test, "image", { from: images, to: publicDir.dir("test_images") }));

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), test.withColumn("labels", "healthy"));
    await writeCsv(privateDir.file("answers.csv"), test);
  },
});
