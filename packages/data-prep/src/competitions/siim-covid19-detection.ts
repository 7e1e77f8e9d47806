import { Column, concat, DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

const PREDICTION = "PredictionString";
const CLASSES = [
  { column: "Negative for Pneumonia", name: "negative" },
  { column: "Typical Appearance", name: "typical" },
  { column: "Indeterminate Appearance", name: "indeterminate" },
  { column: "Atypical Appearance", name: "atypical" },
];
/** A study has no place: upstream gives it a box of one pixel. */
const WHOLE = "1 0 0 1 1";

/** Studies (to be classified) and their images (with boxes) are rows of one answer table. */
export default definePreparer({
  id: "siim-covid19-detection",
  async prepare({ raw, publicDir, privateDir, placeTree }) {
    const split = trainTestSplitFrame(await readCsv(raw.file("train_study_level.csv")), { testSize: 0.1, random: 0 });
    const train = split.train.sort("id");
    const test = split.test.sort("id");
    const images = await readCsv(raw.file("train_image_level.csv"));
    const studyOfImage = textCells(images, "StudyInstanceUID").map((study) => `${study}_study`);
    const imagesOf = (studies: DataFrame) => {
      const ids = new Set(textCells(studies, "id"));
      return images.filter((row) => ids.has(studyOfImage[row]!)).sort("id");
    };
    const testImages = imagesOf(test);

    for (const [folder, studies] of [
      ["train", train],
      ["test", test],
    ] as const) {
      for (const id of textCells(studies, "id")) {
        const study = id.replace(/_study$/, "");
        await placeTree(raw.join("train", study), publicDir.join(folder, study));
      }
    }

    await writeCsv(publicDir.file("train_study_level.csv"), train);
    await writeCsv(publicDir.file("train_image_level.csv"), imagesOf(train));
    await writeCsv(
      publicDir.file("sample_submission.csv"),
      concat([withPrediction(test, `negative ${WHOLE}`), withPrediction(testImages, `none ${WHOLE}`)], {
        ignoreIndex: true,
      }),
    );
    await writeCsv(
      privateDir.file("test.csv"),
      concat([withPrediction(test, studyLabels(test)), withPrediction(testImages, testImages.column("label"))], {
        ignoreIndex: true,
      }),
    );
  },
});

function withPrediction(table: DataFrame, prediction: Column | string): DataFrame {
  return new DataFrame([["id", table.column("id")]]).withColumn(PREDICTION, prediction);
}

/** The class of the largest column, the first of equals. */
function studyLabels(studies: DataFrame): Column {
  const columns = CLASSES.map(({ column }) => studies.column(column).numbers());
  return Column.object(
    Array.from({ length: studies.height }, (_, row) => {
      const values = columns.map((column) => column[row]!);
      const largest = values.indexOf(Math.max(...values));
      return `${CLASSES[largest]!.name} ${WHOLE}`;
    }),
  );
}
