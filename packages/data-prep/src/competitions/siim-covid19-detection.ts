import { Column, concat, DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { numberCells } from "../tables/number-cells.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { requireText } from "../tables/require-text.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

const PREDICTION = "PredictionString";
const CLASSES = ["negative", "typical", "indeterminate", "atypical"];
/** A study has no place: upstream gives it a box of one pixel. */
const WHOLE = "1 0 0 1 1";

/** Studies (to be classified) and their images (with boxes) are rows of one answer table. */
export default definePreparer({
  id: "siim-covid19-detection",
  async prepare({ raw, publicDir, privateDir, placeTree }) {
    const studyTable = await readCsv(raw.file("train_study_level.csv"));
    requireText(studyTable, "id", "train_study_level.csv");
    const split = trainTestSplitFrame(studyTable, { testSize: 0.1, random: 0 });
    requireDistinct(split.train, "id", "train_study_level.csv");
    requireDistinct(split.test, "id", "train_study_level.csv");
    const train = split.train.sort("id");
    const test = split.test.sort("id");
    const images = await readCsv(raw.file("train_image_level.csv"));
    requireText(images, "StudyInstanceUID", "train_image_level.csv");
    const studyOfImage = textCells(images, "StudyInstanceUID").map((study) => `${study}_study`);
    const imagesOf = (studies: DataFrame) => {
      const ids = new Set(textCells(studies, "id"));
      return images.filter((row) => ids.has(studyOfImage[row]!)).sort("id");
    };
    const testImages = imagesOf(test);
    const trainImages = imagesOf(train);
    if (trainImages.height + testImages.height !== images.height) {
      throw new RawDataError(
        "train_image_level.csv has images of studies that train_study_level.csv does not have once.",
      );
    }

    for (const [folder, studies] of [
      ["train", train],
      ["test", test],
    ] as const) {
      for (const id of textCells(studies, "id")) {
        const study = id.replaceAll("_study", "");
        await placeTree(raw.join("train", study), publicDir.join(folder, study));
      }
    }

    await writeCsv(publicDir.file("train_study_level.csv"), train);
    await writeCsv(publicDir.file("train_image_level.csv"), trainImages);
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

/** The class of the largest column, the first of equals. Upstream goes by the columns' places behind the first, not by their names. */
function studyLabels(studies: DataFrame): Column {
  const columns = studies.columns.slice(1).map((name) => numberCells(studies, name, { file: "train_study_level.csv" }));
  return Column.object(
    Array.from({ length: studies.height }, (_, row) => {
      const values = columns.map((column) => column[row]!);
      const present = values.filter((value) => !Number.isNaN(value));
      // Upstream's place of the largest of no values is -1, the last class.
      const name = CLASSES.at(present.length === 0 ? -1 : values.indexOf(Math.max(...present)));
      if (name === undefined) {
        throw new RawDataError(
          `train_study_level.csv has the columns ${studies.columns.join(", ")}; expected the id and ${CLASSES.length} classes.`,
        );
      }
      return `${name} ${WHOLE}`;
    }),
  );
}
