import { Column, readCsv, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { Generator } from "../random/generator.js";
import { roundHalfEven } from "../random/sample-rows.js";
import { namedFiles } from "../tables/named-files.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

const TARGET = "Pawpularity";

export default definePreparer({
  id: "petfinder-pawpularity-score",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train.csv"));
    requireTargetLast(all.columns);
    requireDistinct(all, "Id", "train.csv");
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });
    const random = new Generator(0);
    // numpy rounds to two decimals by way of whole hundredths.
    const guesses = Float64Array.from({ length: test.height }, () => roundHalfEven(random.uniform(1, 100) * 100) / 100);
    const sample = test.select(["Id"]).withColumn(TARGET, Column.float64(guesses));

    const images = raw.dir("train");
    await place(namedFiles(train, "Id", { from: images, to: publicDir.dir("train"), suffix: ".jpg" }));
    await place(namedFiles(test, "Id", { from: images, to: publicDir.dir("test"), suffix: ".jpg" }));

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.drop(TARGET));
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test.csv"), test);
  },
});

/** Upstream takes the columns before the last for those of the test table. */
function requireTargetLast(columns: readonly string[]): void {
  if (columns.at(-1) === TARGET) return;
  throw new RawDataError(`train.csv has the columns ${columns.join(", ")}; expected ${TARGET} as the last of them.`);
}
