import { Column, DataFrame, writeCsv } from "@mlebench/frame";
import { writeZip } from "../archives/write-zip.js";
import { definePreparer } from "../preparer.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import { RawDirectory } from "../raw-directory.js";

export default definePreparer({
  id: "dogs-vs-cats-redux-kernels-edition",
  async prepare({ raw, publicDir, privateDir, scratch, extract, place, signal }) {
    raw.require("test.zip");
    await extract(raw.file("train.zip"), scratch);
    const photos = new RawDirectory(scratch.path).dir("train");
    const { train, test } = trainTestSplitList(photos.fileNames(".jpg"), { testSize: 0.1, random: 0 });

    // Photos keep their species in the train part and lose it in the test part.
    const counters = { cat: 0, dog: 0 };
    const trainNames = train.map((name) => {
      const species = name.includes("cat") ? "cat" : "dog";
      return `${species}.${counters[species]++}.jpg`;
    });
    const testNames = test.map((_, index) => `${index + 1}.jpg`);

    for (const [folder, sources, names] of [
      ["train", train, trainNames],
      ["test", test, testNames],
    ] as const) {
      await place(names.map((name, row) => ({ from: photos.join(sources[row]!), to: publicDir.join(folder, name) })));
      const entries = names.map((name, row) => ({ name, path: photos.join(sources[row]!) }));
      await writeZip(publicDir.file(`${folder}.zip`), entries, { signal });
    }

    const ids = Column.int64(test.map((_, index) => index + 1));
    const labels = Column.int64(test.map((name) => (name.includes("dog") ? 1 : 0)));
    const answers = new DataFrame([
      ["id", ids],
      ["label", labels],
    ]);
    await writeCsv(privateDir.file("answers.csv"), answers);
    await writeCsv(publicDir.file("sample_submission.csv"), answers.withColumn("label", 0.5));
  },
});
