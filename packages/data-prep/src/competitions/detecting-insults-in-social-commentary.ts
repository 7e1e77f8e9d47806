import { readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";

/** Kaggle's own solutions: nothing is split. */
export default definePreparer({
  id: "detecting-insults-in-social-commentary",
  async prepare({ raw, publicDir, privateDir, place }) {
    const solutions = raw.file("test_with_solutions.csv");
    await place([
      { from: raw.file("train.csv"), to: publicDir.join("train.csv") },
      { from: solutions, to: privateDir.join("test.csv") },
    ]);
    const gold = (await readCsv(solutions)).select(["Insult", "Date", "Comment"]);
    await writeCsv(privateDir.file("gold_submission.csv"), gold);
    await writeCsv(publicDir.file("test.csv"), gold.drop("Insult"));
    await writeCsv(publicDir.file("sample_submission_null.csv"), gold.withColumn("Insult", 0));
  },
});
