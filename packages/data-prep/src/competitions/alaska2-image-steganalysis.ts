import { Column, DataFrame, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { PyRandom } from "../random/py-random.js";
import { trainTestSplitList } from "../random/train-test-split.js";

const ALGORITHMS = ["JMiPOD", "JUNIWARD", "UERD"];
const TEST_IMAGES = 5000;

export default definePreparer({
  id: "alaska2-image-steganalysis",
  async prepare({ raw, publicDir, privateDir, place }) {
    const covers = raw.dir("Cover").fileNames(".jpg");
    const { train, test } = trainTestSplitList(covers, { testSize: TEST_IMAGES, random: 42 });
    await place(
      train.flatMap((cover, index) => {
        const name = `${String(index + 1).padStart(5, "0")}.jpg`;
        return ["Cover", ...ALGORITHMS].map((folder) => ({
          from: raw.join(folder, cover),
          to: publicDir.join(folder, name),
        }));
      }),
    );

    // A coin decides for each test image whether it hides a message, a second draw with which algorithm.
    const random = new PyRandom(0);
    random.shuffle(test);
    const folders = test.map(() => (random.choice([true, false]) ? "Cover" : random.choice(ALGORITHMS)));
    const names = test.map((_, index) => `${String(index + 1).padStart(4, "0")}.jpg`);
    await place(
      test.map((cover, index) => ({
        from: raw.join(folders[index]!, cover),
        to: publicDir.join("Test", names[index]!),
      })),
    );
    const answers = new DataFrame([
      ["Id", Column.object(names)],
      ["Label", Column.int64(folders.map((folder) => (folder === "Cover" ? 0 : 1)))],
    ]);
    await writeCsv(publicDir.file("sample_submission.csv"), answers.withColumn("Label", 0));
    await writeCsv(privateDir.file("test.csv"), answers);
  },
});
