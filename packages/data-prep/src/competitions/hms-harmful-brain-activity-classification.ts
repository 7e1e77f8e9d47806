import { Column, type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { requireColumns } from "../tables/require-columns.js";
import { requireDisjoint } from "../tables/require-distinct.js";
import { splitByGroup } from "../tables/split-by-group.js";
import { textCells } from "../tables/text-cells.js";

const VOTES = ["seizure_vote", "lpd_vote", "gpd_vote", "lrda_vote", "grda_vote", "other_vote"];

/** Rows of one spectrogram stay together; an EEG whose rows are on both sides is given to both. */
export default definePreparer({
  id: "hms-harmful-brain-activity-classification",
  async prepare({ raw, publicDir, privateDir, place, placeTree }) {
    const all = await readCsv(raw.file("train.csv"));
    const { train, test } = splitByGroup(all, "spectrogram_id", { testSize: 0.1, random: 0 });
    requireColumns(all.columns, "train.csv", { count: 15 });
    requireDisjoint(train, test, "eeg_id", "train.csv");

    await placeTree(raw.dir("example_figures").path, publicDir.join("example_figures"));
    const placeRecordings = (part: DataFrame, kind: string, id: string, partName: string) =>
      place(
        [...new Set(textCells(part, id))].map((name) => ({
          from: raw.join(`train_${kind}`, `${name}.parquet`),
          to: publicDir.join(`${partName}_${kind}`, `${name}.parquet`),
        })),
      );
    for (const [partName, part] of [
      ["train", train],
      ["test", test],
    ] as const) {
      await placeRecordings(part, "eegs", "eeg_id", partName);
      await placeRecordings(part, "spectrograms", "spectrogram_id", partName);
    }

    const votes = VOTES.map((name) => test.column(name).numbers());
    let gold = test.select(["eeg_id"]);
    let sample = gold;
    for (const [index, name] of VOTES.entries()) {
      const shares = votes[index]!.map((vote, row) => vote / votes.reduce((sum, column) => sum + column[row]!, 0));
      gold = gold.withColumn(name, Column.float64(shares));
      sample = sample.withColumn(name, 1 / VOTES.length);
    }
    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.select(["spectrogram_id", "eeg_id", "patient_id"]));
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test.csv"), test);
    await writeCsv(privateDir.file("gold_submission.csv"), gold);
  },
});
