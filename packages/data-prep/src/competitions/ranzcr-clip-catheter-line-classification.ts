import { readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { namedFiles } from "../tables/named-files.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

const GRADED_CLASSES = [
  "ETT - Abnormal",
  "ETT - Borderline",
  "ETT - Normal",
  "NGT - Abnormal",
  "NGT - Borderline",
  "NGT - Incompletely Imaged",
  "NGT - Normal",
  "CVC - Abnormal",
  "CVC - Borderline",
];
const ID = "StudyInstanceUID";

export default definePreparer({
  id: "ranzcr-clip-catheter-line-classification",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train.csv"));
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });
    requireDistinct(train, ID, "train.csv");
    requireDistinct(test, ID, "train.csv");
    const annotations = await readCsv(raw.file("train_annotations.csv"));
    const inTrain = annotations.column(ID).isIn(train.column(ID).cells());
    let sample = test.select([ID]);
    for (const name of GRADED_CLASSES) sample = sample.withColumn(name, 0);

    const images = raw.dir("train");
    await place(namedFiles(train, ID, { from: images, to: publicDir.dir("train"), suffix: ".jpg" }));
    await place(namedFiles(test, ID, { from: images, to: publicDir.dir("test"), suffix: ".jpg" }));

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("train_annotations.csv"), annotations.filter(inTrain));
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
