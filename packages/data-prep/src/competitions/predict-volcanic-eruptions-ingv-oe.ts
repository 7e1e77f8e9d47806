import { type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export default definePreparer({
  id: "predict-volcanic-eruptions-ingv-oe",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train.csv"));
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });

    const placeSegments = (table: DataFrame, folder: string) => {
      const names = textCells(table, "segment_id").map((id) => `${id}.csv`);
      return place(names.map((name) => ({ from: raw.join("train", name), to: publicDir.join(folder, name) })));
    };
    await placeSegments(train, "train");
    await placeSegments(test, "test");

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), test.withColumn("time_to_eruption", 0));
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
