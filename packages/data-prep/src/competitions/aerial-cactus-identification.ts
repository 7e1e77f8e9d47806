import { type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { writeZip } from "../archives/write-zip.js";
import { definePreparer } from "../preparer.js";
import { requireColumns } from "../tables/require-columns.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { requireText } from "../tables/require-text.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export default definePreparer({
  id: "aerial-cactus-identification",
  async prepare({ raw, publicDir, privateDir, scratch, extract, signal }) {
    const all = await readCsv(raw.file("train.csv"));
    requireColumns(all.columns, "train.csv", { atLeast: ["id", "has_cactus"] });
    requireText(all, "id", "train.csv");
    requireDistinct(all, "id", "train.csv");
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.19, random: 0 });

    await extract(raw.file("train.zip"), scratch);
    const zipImages = (name: string, table: DataFrame) => {
      const images = textCells(table, "id");
      const entries = images.map((image) => ({ name: image, path: scratch.join("train", image) }));
      return writeZip(publicDir.file(name), entries, { signal });
    };
    await zipImages("train.zip", train);
    await zipImages("test.zip", test);

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), test.withColumn("has_cactus", 0.5));
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
