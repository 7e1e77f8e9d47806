import { type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { requireText } from "../tables/require-text.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export default definePreparer({
  id: "bms-molecular-translation",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train_labels.csv"), { floatPrecision: "high" });
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.2, random: 0 });
    requireText(all, "image_id", "train_labels.csv");
    requireDistinct(train, "image_id", "train_labels.csv");
    requireDistinct(test, "image_id", "train_labels.csv");

    const placeDrawings = (table: DataFrame, folder: string) =>
      place(
        textCells(table, "image_id").map((id) => {
          const path = [...id.slice(0, 3), `${id}.png`];
          return { from: raw.join("train", ...path), to: publicDir.join(folder, ...path) };
        }),
      );
    await placeDrawings(train, "train");
    await placeDrawings(test, "test");
    const extra = "extra_approved_InChIs.csv";
    await place([{ from: raw.file(extra), to: publicDir.join(extra) }]);

    await writeCsv(publicDir.file("train_labels.csv"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), test.withColumn("InChI", "InChI=1S/H2O/h1H2"));
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
