import { readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export default definePreparer({
  id: "tweet-sentiment-extraction",
  async prepare({ raw, publicDir, privateDir }) {
    const all = await readCsv(raw.file("train.csv"));
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.drop("selected_text"));
    await writeCsv(publicDir.file("sample_submission.csv"), test.select(["textID"]).withColumn("selected_text", ""));
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
