import { Column, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { Generator } from "../random/generator.js";
import { roundHalfEven } from "../random/sample-rows.js";
import { namedFiles } from "../tables/named-files.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export default definePreparer({
  id: "petfinder-pawpularity-score",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train.csv"));
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });
    const random = new Generator(0);
    // numpy rounds to two decimals by way of whole hundredths.
    const guesses = Float64Array.from({ length: test.height }, () => roundHalfEven(random.uniform(1, 100) * 100) / 100);
    const sample = test.select(["Id"]).withColumn("Pawpularity", Column.float64(guesses));

    const images = raw.dir("train");
    await place(namedFiles(train, "Id", { from: images, to: publicDir.dir("train"), suffix: ".jpg" }));
    await place(namedFiles(test, "Id", { from: images, to: publicDir.dir("test"), suffix: ".jpg" }));

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.drop("Pawpularity"));
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
