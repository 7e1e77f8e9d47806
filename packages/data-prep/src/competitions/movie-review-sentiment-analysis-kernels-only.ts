import { type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { writeZip } from "../archives/write-zip.js";
import { definePreparer } from "../preparer.js";
import { requireColumns } from "../tables/require-columns.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export default definePreparer({
  id: "movie-review-sentiment-analysis-kernels-only",
  async prepare({ raw, publicDir, privateDir, scratch, extract }) {
    await extract(raw.file("train.tsv.zip"), scratch.dir("raw"));
    const all = await readCsv(scratch.join("raw", "train.tsv"), { separator: "\t", floatPrecision: "high" });
    requireColumns(
      all.columns.filter((name) => name !== "Sentiment"),
      "train.tsv without Sentiment",
      { exactly: ["PhraseId", "SentenceId", "Phrase"] },
    );
    requireDistinct(all, "PhraseId", "train.tsv");
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.3, random: 0 });

    const writeZippedTsv = async (name: string, table: DataFrame) => {
      const path = scratch.file(name);
      await writeCsv(path, table, { separator: "\t" });
      await writeZip(publicDir.file(`${name}.zip`), [{ name, path }], { compress: true });
    };
    await writeZippedTsv("train.tsv", train);
    await writeZippedTsv("test.tsv", test.drop("Sentiment"));
    const sample = test.select(["PhraseId"]).withColumn("Sentiment", 2);
    await writeCsv(publicDir.file("sampleSubmission.csv"), sample);
    await writeCsv(privateDir.file("answers.csv"), test);
  },
});
