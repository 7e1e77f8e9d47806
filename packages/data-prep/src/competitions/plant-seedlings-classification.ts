import { Column, DataFrame, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import { requireDistinctTexts } from "../tables/require-distinct.js";

export default definePreparer({
  id: "plant-seedlings-classification",
  async prepare({ raw, publicDir, privateDir, place }) {
    const folder = raw.dir("train");
    const photos = folder.directoryNames().flatMap((species) =>
      folder
        .dir(species)
        .fileNames(".png")
        .map((file) => ({ species, file })),
    );
    const { train, test } = trainTestSplitList(photos, { testSize: 0.14, random: 0 });

    const testFiles = test.map(({ file }) => file);
    const trainFiles = new Set(train.map(({ file }) => file));
    requireDistinctTexts([...trainFiles, ...testFiles], "The name of an image in train");

    await place(
      train.map(({ species, file }) => ({
        from: folder.join(species, file),
        to: publicDir.join("train", species, file),
      })),
    );
    await place(
      test.map(({ species, file }) => ({ from: folder.join(species, file), to: publicDir.join("test", file) })),
    );
    const answers = new DataFrame([
      ["file", Column.object(test.map(({ file }) => file))],
      ["species", Column.object(test.map(({ species }) => species))],
    ]);
    await writeCsv(publicDir.file("sample_submission.csv"), answers.withColumn("species", "Sugar beet"));
    await writeCsv(privateDir.file("answers.csv"), answers);
  },
});
