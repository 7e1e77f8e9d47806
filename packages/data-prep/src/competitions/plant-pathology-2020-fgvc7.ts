import { Column, type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

const LABELS = ["healthy", "multiple_diseases", "rust", "scab"];

export default definePreparer({
  id: "plant-pathology-2020-fgvc7",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train.csv"));
    const split = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });

    // Photos are numbered anew within their part, so that an old name does not tell the part.
    const renumber = async (table: DataFrame, prefix: string): Promise<DataFrame> => {
      const oldIds = textCells(table, "image_id");
      const newIds = oldIds.map((_, row) => `${prefix}_${row}`);
      await place(
        oldIds.map((id, row) => ({
          from: raw.join("images", `${id}.jpg`),
          to: publicDir.join("images", `${newIds[row]}.jpg`),
        })),
      );
      return table.withColumn("image_id", Column.object(newIds));
    };
    const train = await renumber(split.train, "Train");
    const test = await renumber(split.test, "Test");
    let sample = test.select(["image_id"]);
    for (const label of LABELS) sample = sample.withColumn(label, 0.25);

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.select(["image_id"]));
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
