import { basename } from "node:path";
import { readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import { readBytesFeature } from "../records/tf-record.js";
import { namedFiles } from "../tables/named-files.js";
import { requireColumns } from "../tables/require-columns.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { requireText } from "../tables/require-text.js";
import { textCells } from "../tables/text-cells.js";

/** The record files are split, and the photos of the test files are the test set. */
export default definePreparer({
  id: "cassava-leaf-disease-classification",
  async prepare({ raw, publicDir, privateDir, place, signal }) {
    const records = raw.dir("train_tfrecords");
    const files = trainTestSplitList(records.fileNames(".tfrec"), { testSize: 0.1, random: 0 });
    const testImages = new Set<string>();
    for (const file of files.test) {
      for await (const name of readBytesFeature(records.file(file), "image_name", { signal })) testImages.add(name);
    }
    const all = await readCsv(raw.file("train.csv"));
    requireColumns(all.columns, "train.csv", { exactly: ["image_id", "label"] });
    requireText(all, "image_id", "train.csv");
    requireDistinct(all, "image_id", "train.csv");
    const allImages = textCells(all, "image_id");
    const train = all.filter((row) => !testImages.has(allImages[row]!));
    const test = all.filter((row) => testImages.has(allImages[row]!));

    const placeRecords = (names: readonly string[], part: string) =>
      place(
        names.map((name, index) => {
          const count = basename(name, ".tfrec").split("-")[1] ?? "";
          const number = String(index).padStart(2, "0");
          return {
            from: records.join(name),
            to: publicDir.join(`${part}_tfrecords`, `ld_${part}${number}-${count}.tfrec`),
          };
        }),
      );
    await placeRecords(files.train, "train");
    await placeRecords(files.test, "test");
    const images = raw.dir("train_images");
    await place(namedFiles(train, "image_id", { from: images, to: publicDir.dir("train_images") }));
    await place(namedFiles(test, "image_id", { from: images, to: publicDir.dir("test_images") }));
    const diseases = "label_num_to_disease_map.json";
    await place([{ from: raw.file(diseases), to: publicDir.join(diseases) }]);

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), test.select(["image_id"]).withColumn("label", 4));
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
