import { writeFile } from "node:fs/promises";
import { definePreparer } from "@mlebench/data-prep";
import { readCsv, writeCsv } from "@mlebench/frame";
import { DEMO_COMPETITION_ID, DEMO_DESCRIPTION } from "./demo-competition.js";

const TRAIN_NIGHTS = 2000;

/** The later nights are the test set; nothing is shuffled. */
export const demoPreparer = definePreparer({
  id: DEMO_COMPETITION_ID,
  async prepare({ raw, publicDir, privateDir }) {
    // Read as text, so that every number is written as it came.
    const nights = await readCsv(raw.file("nights.csv"), { dtype: "str", keepDefaultNa: false });
    const test = nights.slice(TRAIN_NIGHTS);
    const answers = test.select(["NightId", "Frost"]);
    await writeFile(publicDir.file("description.md"), DEMO_DESCRIPTION);
    await writeCsv(publicDir.file("train.csv"), nights.head(TRAIN_NIGHTS));
    await writeCsv(publicDir.file("test.csv"), test.drop("Frost"));
    await writeCsv(publicDir.file("sample_submission.csv"), answers.withColumn("Frost", 0.5));
    await writeCsv(privateDir.file("test.csv"), answers);
  },
});
