import { type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { readBytesFeature } from "../records/tf-record.js";
import { requireColumns } from "../tables/require-columns.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { textCells } from "../tables/text-cells.js";

const TEST_RECORDS = ["train00-2071.tfrec", "train06-2071.tfrec"];
const TEST_COLUMNS = ["image_name", "patient_id", "sex", "age_approx", "anatom_site_general_challenge"];
const TRAIN_COLUMNS = [...TEST_COLUMNS, "diagnosis", "benign_malignant", "target"];

/** No randomness: the images of two record files are the test set. Their records keep the labels, as upstream's do. */
export default definePreparer({
  id: "siim-isic-melanoma-classification",
  async prepare({ raw, publicDir, privateDir, place, signal }) {
    const records = raw.dir("tfrecords");
    const testImages = new Set<string>();
    for (const name of TEST_RECORDS) {
      for await (const image of readBytesFeature(records.file(name), "image_name", { signal })) testImages.add(image);
    }
    const all = await readCsv(raw.file("train.csv"), { floatPrecision: "high" });
    requireColumns(all.columns, "train.csv", { exactly: TRAIN_COLUMNS });
    requireDistinct(all, "image_name", "train.csv");
    const images = textCells(all, "image_name");
    const train = all.filter((row) => !testImages.has(images[row]!));
    const test = all.filter((row) => testImages.has(images[row]!));

    const placeImages = (table: DataFrame, folder: string) =>
      place(
        textCells(table, "image_name").flatMap((image) => [
          { from: raw.join("train", `${image}.dcm`), to: publicDir.join(folder, `${image}.dcm`) },
          { from: raw.join("jpeg", "train", `${image}.jpg`), to: publicDir.join("jpeg", folder, `${image}.jpg`) },
        ]),
      );
    await placeImages(train, "train");
    await placeImages(test, "test");

    const counters = { train: 0, test: 0 };
    const recordNames = records.fileNames(".tfrec").filter((name) => name.startsWith("train"));
    await place(
      recordNames.map((name) => {
        const part = TEST_RECORDS.includes(name) ? "test" : "train";
        const number = String(counters[part]++).padStart(2, "0");
        const count = name.replace(/\.tfrec$/, "").split("-")[1] ?? "";
        return { from: records.join(name), to: publicDir.join("tfrecords", `${part}${number}-${count}.tfrec`) };
      }),
    );

    const answers = test.select(["image_name", "target"]);
    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.select(TEST_COLUMNS));
    await writeCsv(publicDir.file("sample_submission.csv"), answers.withColumn("target", 0));
    await writeCsv(privateDir.file("test.csv"), answers);
  },
});
