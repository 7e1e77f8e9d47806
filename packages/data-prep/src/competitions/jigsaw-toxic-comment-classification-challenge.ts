import { readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";

/** Kaggle's own test data and labels, written anew: nothing is split. */
export default definePreparer({
  id: "jigsaw-toxic-comment-classification-challenge",
  async prepare({ raw, publicDir, privateDir, scratch, extract }) {
    const read = async (name: string) => {
      await extract(raw.file(`${name}.zip`), scratch);
      return readCsv(scratch.join(name));
    };
    await writeCsv(publicDir.file("train.csv"), await read("train.csv"));
    await writeCsv(publicDir.file("test.csv"), await read("test.csv"));
    await writeCsv(privateDir.file("test.csv"), await read("test_labels.csv"));
    let sample = await read("sample_submission.csv");
    for (const name of sample.columns.filter((column) => column !== "id")) sample = sample.withColumn(name, 0.5);
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
  },
});
