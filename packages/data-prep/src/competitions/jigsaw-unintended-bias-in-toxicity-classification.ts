import { Column, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";

/** Kaggle's own expanded test set; only the public test table is written anew. */
export default definePreparer({
  id: "jigsaw-unintended-bias-in-toxicity-classification",
  async prepare({ raw, publicDir, privateDir, place }) {
    const answers = raw.file("test_private_expanded.csv");
    const test = (await readCsv(answers)).select(["id", "comment_text"]);

    await place([
      { from: answers, to: privateDir.join("test.csv") },
      { from: raw.file("train.csv"), to: publicDir.join("train.csv") },
    ]);
    await writeCsv(publicDir.file("test.csv"), test);
    const prediction = Column.float64(new Float64Array(test.height));
    const sample = test.select(["id"]).withColumn("prediction", prediction);
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
  },
});
