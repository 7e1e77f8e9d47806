import { readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { requireColumns } from "../tables/require-columns.js";
import { requireDisjoint } from "../tables/require-distinct.js";

const COLUMNS = ["Insult", "Date", "Comment"];

/** Kaggle's own solutions: nothing is split. */
export default definePreparer({
  id: "detecting-insults-in-social-commentary",
  async prepare({ raw, publicDir, privateDir, place }) {
    const solutions = raw.file("test_with_solutions.csv");
    await place([
      { from: raw.file("train.csv"), to: publicDir.join("train.csv") },
      { from: solutions, to: privateDir.join("test.csv") },
    ]);
    const all = await readCsv(solutions);
    const train = await readCsv(raw.file("train.csv"));
    requireColumns(train.columns, "train.csv", { exactly: COLUMNS });
    requireColumns(all.columns, "test_with_solutions.csv", { exactly: [...COLUMNS, "Usage"] });
    requireDisjoint(train, all, "Comment", "train.csv or test_with_solutions.csv");
    const gold = all.select(COLUMNS);
    await writeCsv(privateDir.file("gold_submission.csv"), gold);
    await writeCsv(publicDir.file("test.csv"), gold.drop("Insult"));
    await writeCsv(publicDir.file("sample_submission_null.csv"), gold.withColumn("Insult", 0));
  },
});
