import { Column, type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { Generator } from "../random/generator.js";
import { sampleRows } from "../random/sample-rows.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import { namedFiles } from "../tables/named-files.js";
import { requireColumns } from "../tables/require-columns.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { requireText } from "../tables/require-text.js";
import { textCells } from "../tables/text-cells.js";

const NEW_WHALE = "new_whale";

export default definePreparer({
  id: "whale-categorization-playground",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train.csv"));
    requireColumns(all.columns, "train.csv", { count: 2, usually: ["Image", "Id"] });
    requireText(all, "Id", "train.csv");
    const testRows = chooseTestRows(all);
    const train = all.filter((row) => !testRows.has(row));
    const testTable = all.filter((row) => testRows.has(row));
    requireDistinct(train, "Image", "train.csv");
    requireDistinct(testTable, "Image", "train.csv");
    const known = new Set(textCells(train, "Id"));
    const ids = textCells(testTable, "Id").map((id) => (known.has(id) ? id : NEW_WHALE));
    const test = testTable.withColumn("Id", Column.object(ids));
    if (!ids.includes(NEW_WHALE)) {
      throw new RawDataError(
        `train.csv leaves no ${NEW_WHALE} to the test part: every whale of it is in the train part.`,
      );
    }

    const images = raw.dir("train");
    await place(namedFiles(train, "Image", { from: images, to: publicDir.dir("train") }));
    await place(namedFiles(test, "Image", { from: images, to: publicDir.dir("test") }));

    const sample = test.withColumn("Id", `${NEW_WHALE} w_1287fbc w_98baff9 w_7554f44 w_1eafe46`);
    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test.csv"), test);
  },
});

/** A whale with several photos gets one on each side, a whale with one photo is drawn, what is left is split. */
function chooseTestRows(all: DataFrame): Set<number> {
  const random = new Generator(0);
  const testRows = new Set<number>();
  const decided = new Set<number>();
  for (const { rows } of all.groupBy("Id", { sort: false })) {
    if (rows.length === 1) {
      decided.add(rows[0]!);
      if (random.weightedIndex([0.9, 0.1]) === 1) testRows.add(rows[0]!);
      continue;
    }
    const [trainRow, testRow] = Array.from(sampleRows(rows.length, { count: 2, random: 0 }), (index) => rows[index]!);
    decided.add(trainRow!).add(testRow!);
    testRows.add(testRow!);
  }
  const undecided = Array.from({ length: all.height }, (_, row) => row).filter((row) => !decided.has(row));
  for (const row of trainTestSplitList(undecided, { testSize: 0.1, random: 0 }).test) testRows.add(row);
  return testRows;
}
