import { type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { requireText } from "../tables/require-text.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export default definePreparer({
  id: "seti-breakthrough-listen",
  async prepare({ raw, publicDir, privateDir, place, placeTree }) {
    const all = await readCsv(raw.file("train_labels.csv"));
    requireText(all, "id", "train_labels.csv");
    requireDistinct(all, "id", "train_labels.csv");
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });

    await placeTree(raw.dir("old_leaky_data").path, publicDir.join("old_leaky_data"));
    const placeSnippets = (table: DataFrame, folder: string) =>
      place(
        textCells(table, "id").map((id) => ({
          from: raw.join("train", id.slice(0, 1), `${id}.npy`),
          to: publicDir.join(folder, id.slice(0, 1), `${id}.npy`),
        })),
      );
    await placeSnippets(train, "train");
    await placeSnippets(test, "test");

    await writeCsv(publicDir.file("train_labels.csv"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), test.withColumn("target", 0.5));
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
