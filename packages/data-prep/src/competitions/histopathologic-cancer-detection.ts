import { readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplit } from "../random/train-test-split.js";
import { namedFiles } from "../tables/named-files.js";
import { requireDistinct } from "../tables/require-distinct.js";

export default definePreparer({
  id: "histopathologic-cancer-detection",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train_labels.csv"), { floatPrecision: "high" });
    requireDistinct(all, "id", "train_labels.csv");
    // The new test set is as large a share as Kaggle's own was.
    const kaggleTestSize = raw.dir("test").fileNames(".tif").length;
    const testSize = kaggleTestSize / (all.height + kaggleTestSize);
    const testRows = new Set(trainTestSplit(all.height, { testSize, random: 0 }).test);
    const train = all.filter((row) => !testRows.has(row));
    const test = all.filter((row) => testRows.has(row));

    const images = raw.dir("train");
    await place(namedFiles(train, "id", { from: images, to: publicDir.dir("train"), suffix: ".tif" }));
    await place(namedFiles(test, "id", { from: images, to: publicDir.dir("test"), suffix: ".tif" }));

    await writeCsv(publicDir.file("train_labels.csv"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), test.withColumn("label", 0));
    await writeCsv(privateDir.file("answers.csv"), test);
  },
});
