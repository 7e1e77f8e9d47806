import { Column, DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { splitByGroup } from "../tables/split-by-group.js";
import { textCells } from "../tables/text-cells.js";

const TEST_COLUMNS = ["site_id", "patient_id", "image_id", "laterality", "view", "age", "implant", "machine_id"];
const ID = "prediction_id";

/** A prediction is made for each breast of a patient. */
export default definePreparer({
  id: "rsna-breast-cancer-detection",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train.csv"));
    const { train, test } = splitByGroup(all, "patient_id", { testSize: 0.1, random: 42 });
    requireDistinct(all, ["patient_id", "image_id"], "train.csv");
    const patients = textCells(test, "patient_id");
    const sides = test.column("laterality");
    const predictionIds = patients.map((patient, row) =>
      sides.isMissing(row) ? null : `${patient}_${sides.text(row)}`,
    );
    const withId = test.withColumn(ID, Column.object(predictionIds));
    const cancer = withId.column("cancer");
    const breasts = withId.groupBy(ID);
    const answers = new DataFrame([
      [ID, Column.object(breasts.map(({ keys }) => keys[0]!))],
      ["cancer", cancer.take(breasts.map(({ rows }) => rows.find((row) => !cancer.isMissing(row)) ?? rows[0]!))],
    ]);
    if (answers.height === test.height) {
      throw new RawDataError("train.csv has one image of every breast in the test part; expected several of some.");
    }
    const trainCancer = train
      .column("cancer")
      .numbers()
      .filter((value) => !Number.isNaN(value));
    const share = trainCancer.reduce((sum, value) => sum + value, 0) / trainCancer.length;

    const placeImages = (table: DataFrame, folder: string) => {
      const patientIds = textCells(table, "patient_id");
      return place(
        textCells(table, "image_id").map((image, row) => ({
          from: raw.join("train_images", patientIds[row]!, `${image}.dcm`),
          to: publicDir.join(folder, patientIds[row]!, `${image}.dcm`),
        })),
      );
    };
    await placeImages(train, "train_images");
    await placeImages(test, "test_images");

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), withId.select([...TEST_COLUMNS, ID]));
    await writeCsv(publicDir.file("sample_submission.csv"), answers.withColumn("cancer", share));
    await writeCsv(privateDir.file("answers.csv"), answers);
  },
});
