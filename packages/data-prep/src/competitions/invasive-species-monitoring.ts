import { type DataFrame, readCsv, toCsv, writeCsv } from "@mlebench/frame";
import { writeSevenZip } from "../archives/seven-zip.js";
import { writeZip } from "../archives/write-zip.js";
import { definePreparer } from "../preparer.js";
import { requireColumns } from "../tables/require-columns.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

/**
 * Upstream's train.7z and test.7z hold one empty folder each. Ours hold the photos, without which the competition
 * could not be solved; everything else is equal.
 */
export default definePreparer({
  id: "invasive-species-monitoring",
  async prepare({ raw, publicDir, privateDir, scratch, extract, place }) {
    await extract(raw.file("train.7z"), scratch.dir("raw"));
    await extract(raw.file("train_labels.csv.zip"), scratch.dir("raw"));
    const all = await readCsv(scratch.join("raw", "train_labels.csv"));
    requireColumns(all.columns, "train_labels.csv", { atLeast: ["name", "invasive"] });
    requireDistinct(all, "name", "train_labels.csv");
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.2, random: 0 });

    const packPhotos = async (folder: string, table: DataFrame) => {
      const names = textCells(table, "name").map((name) => `${name}.jpg`);
      await place(
        names.map((name) => ({ from: scratch.join("raw", "train", name), to: scratch.join("packed", folder, name) })),
      );
      await writeSevenZip(publicDir.file(`${folder}.7z`), scratch.join("packed", folder));
    };
    await packPhotos("train", train);
    await packPhotos("test", test);

    const writeZippedCsv = (name: string, table: DataFrame) =>
      writeZip(publicDir.file(`${name}.zip`), [{ name, content: toCsv(table) }]);
    const sample = test.withColumn("invasive", 0.5);
    await writeZippedCsv("train_labels.csv", train);
    await writeZippedCsv("sample_submission.csv", sample);
    await writeCsv(privateDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("answers.csv"), test);
  },
});
