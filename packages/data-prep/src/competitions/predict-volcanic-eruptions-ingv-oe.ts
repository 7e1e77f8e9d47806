import { readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { namedFiles } from "../tables/named-files.js";
import { requireColumns } from "../tables/require-columns.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export default definePreparer({
  id: "predict-volcanic-eruptions-ingv-oe",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train.csv"));
    requireColumns(all.columns, "train.csv", { exactly: ["segment_id", "time_to_eruption"] });
    requireDistinct(all, "segment_id", "train.csv");
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });

    const segments = raw.dir("train");
    await place(namedFiles(train, "segment_id", { from: segments, to: publicDir.dir("train"), suffix: ".csv" }));
    await place(namedFiles(test, "segment_id", { from: segments, to: publicDir.dir("test"), suffix: ".csv" }));

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), test.withColumn("time_to_eruption", 0));
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
