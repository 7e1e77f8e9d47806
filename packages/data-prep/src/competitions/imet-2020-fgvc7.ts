import { readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { namedFiles } from "../tables/named-files.js";
import { requireColumns } from "../tables/require-columns.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export default definePreparer({
  id: "imet-2020-fgvc7",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train.csv"));
    requireDistinct(all, "id", "train.csv");
    requireColumns(all.columns, "train.csv", { atLeast: ["id", "attribute_ids"] });
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.15, random: 0 });

    const images = raw.dir("train");
    await place(namedFiles(train, "id", { from: images, to: publicDir.dir("train"), suffix: ".png" }));
    await place(namedFiles(test, "id", { from: images, to: publicDir.dir("test"), suffix: ".png" }));
    await place([{ from: raw.file("labels.csv"), to: publicDir.join("labels.csv") }]);

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), test.withColumn("attribute_ids", "0 1 2"));
    await writeCsv(privateDir.file("answers.csv"), test);
  },
});
