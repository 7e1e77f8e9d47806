import { Column, type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { requireColumns } from "../tables/require-columns.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

const LABELS = ["healthy", "multiple_diseases", "rust", "scab"];
const OLD_PREFIX = "Train_";

export default definePreparer({
  id: "plant-pathology-2020-fgvc7",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train.csv"));
    requireColumns(all.columns, "train.csv", { inAnyOrder: ["image_id", ...LABELS] });
    const oldIds = textCells(all, "image_id");
    const odd = oldIds.findIndex((id) => !id.startsWith(OLD_PREFIX));
    if (odd >= 0) {
      throw new RawDataError(
        `train.csv has the image_id ${oldIds[odd]} in row ${odd + 1}; expected ${OLD_PREFIX} and a number.`,
      );
    }
    const split = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });

    // Photos are numbered anew within their part, so that an old name does not tell the part.
    const newIds = new Map<string, string>();
    for (const [part, prefix] of [
      [split.train, "Train"],
      [split.test, "Test"],
    ] as const) {
      // A repeated image keeps one number, and one in both parts has its test number in both.
      for (const [index, id] of [...new Set(textCells(part, "image_id"))].entries())
        newIds.set(id, `${prefix}_${index}`);
    }
    await place(
      Array.from(newIds, ([oldId, newId]) => ({
        from: raw.join("images", `${oldId}.jpg`),
        to: publicDir.join("images", `${newId}.jpg`),
      })),
    );
    const renumber = (table: DataFrame) =>
      table.withColumn("image_id", Column.object(textCells(table, "image_id").map((id) => newIds.get(id)!)));
    const train = renumber(split.train);
    const test = renumber(split.test);
    let sample = test.select(["image_id"]);
    for (const label of LABELS) sample = sample.withColumn(label, 0.25);

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.select(["image_id"]));
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
