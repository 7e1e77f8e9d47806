import { Column, DataFrame, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplit } from "../random/train-test-split.js";
import { readNpyHeader, readNpyTexts, writeNpyRows } from "../records/npy-file.js";

const FOLDER = ["timit_11", "timit_11"] as const;

export default definePreparer({
  id: "ml2021spring-hw2",
  async prepare({ raw, publicDir, privateDir, signal }) {
    const frames = raw.file(...FOLDER, "train_11.npy");
    const labels = raw.file(...FOLDER, "train_label_11.npy");
    const count = (await readNpyHeader(frames)).shape[0]!;
    const kaggleTestCount = (await readNpyHeader(raw.file(...FOLDER, "test_11.npy"))).shape[0]!;
    // The new test set is as large a share as Kaggle's own was.
    const testSize = kaggleTestCount / (count + kaggleTestCount);
    const { train, test } = trainTestSplit(count, { testSize, random: 0 });

    await writeNpyRows(frames, publicDir.file(...FOLDER, "train_11.npy"), train, { signal });
    await writeNpyRows(labels, publicDir.file(...FOLDER, "train_label_11.npy"), train, { signal });
    await writeNpyRows(frames, publicDir.file(...FOLDER, "test_11.npy"), test, { signal });

    const allLabels: string[] = [];
    for await (const label of readNpyTexts(labels)) allLabels.push(label);
    const answers = new DataFrame([
      ["Id", Column.range(test.length)],
      ["ClassId", Column.object(Array.from(test, (row) => allLabels[row]!))],
    ]);
    await writeCsv(publicDir.file("sampleSubmission.csv"), answers.withColumn("ClassId", 0));
    await writeCsv(privateDir.file("answers.csv"), answers);
  },
});
