import { type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplit } from "../random/train-test-split.js";
import { textCells } from "../tables/text-cells.js";

export default definePreparer({
  id: "histopathologic-cancer-detection",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train_labels.csv"));
    // The new test set is as large a share as Kaggle's own was.
    const kaggleTestSize = raw.dir("test").fileNames(".tif").length;
    const testSize = kaggleTestSize / (all.height + kaggleTestSize);
    const testRows = new Set(trainTestSplit(all.height, { testSize, random: 0 }).test);
    const train = all.filter((row) => !testRows.has(row));
    const test = all.filter((row) => testRows.has(row));

    const placePatches = (table: DataFrame, folder: string) => {
      const names = textCells(table, "id").map((id) => `${id}.tif`);
      return place(names.map((name) => ({ from: raw.join("train", name), to: publicDir.join(folder, name) })));
    };
    await placePatches(train, "train");
    await placePatches(test, "test");

    await writeCsv(publicDir.file("train_labels.csv"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), test.withColumn("label", 0));
    await writeCsv(privateDir.file("answers.csv"), test);
  },
});
