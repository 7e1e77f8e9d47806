import { type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

const ID = "BraTS21ID";

export default definePreparer({
  id: "rsna-miccai-brain-tumor-radiogenomic-classification",
  async prepare({ raw, publicDir, privateDir, placeTree }) {
    const all = await readCsv(raw.file("train_labels.csv"), { dtype: { [ID]: "str", MGMT_value: "int64" } });
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });
    requireDistinct(train, ID, "train_labels.csv");
    requireDistinct(test, ID, "train_labels.csv");

    const placePatients = async (table: DataFrame, folder: string) => {
      for (const id of textCells(table, ID)) await placeTree(raw.dir("train", id).path, publicDir.join(folder, id));
    };
    await placePatients(train, "train");
    await placePatients(test, "test");

    await writeCsv(publicDir.file("train_labels.csv"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), test.withColumn("MGMT_value", 0.5));
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
