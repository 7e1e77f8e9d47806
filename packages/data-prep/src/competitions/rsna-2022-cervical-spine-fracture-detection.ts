import { Column, compareCodePoints, concat, type DataFrame, pyRound, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { PyRandom } from "../random/py-random.js";
import { requireColumns } from "../tables/require-columns.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { requireText } from "../tables/require-text.js";
import { textCells } from "../tables/text-cells.js";

const STUDY = "StudyInstanceUID";
const TARGETS = ["patient_overall", "C1", "C2", "C3", "C4", "C5", "C6", "C7"];

/**
 * Only a tenth of the studies is train. It is drawn in four parts, so that of the studies with boxes, with segmentations
 * and with both also a tenth each is; boxes and segmentations of studies that were drawn otherwise are dropped.
 */
export default definePreparer({
  id: "rsna-2022-cervical-spine-fracture-detection",
  async prepare({ raw, publicDir, privateDir, place, placeTree }) {
    const all = await readCsv(raw.file("train.csv"));
    requireColumns(all.columns, "train.csv", { exactly: [STUDY, ...TARGETS] });
    requireText(all, STUDY, "train.csv");
    requireDistinct(all, STUDY, "train.csv");
    const boxes = await readCsv(raw.file("train_bounding_boxes.csv"));
    requireColumns(boxes.columns, "train_bounding_boxes.csv", {
      exactly: [STUDY, "x", "y", "width", "height", "slice_number"],
    });
    requireText(boxes, STUDY, "train_bounding_boxes.csv");
    const studies = textCells(all, STUDY);
    const boxStudies = textCells(boxes, STUDY);
    const boxed = [...new Set(boxStudies)].sort(compareCodePoints);
    const segmented = raw
      .dir("segmentations")
      .fileNames(".nii")
      .map((name) => name.slice(0, -".nii".length))
      .sort(compareCodePoints);
    const both = boxed.filter((study) => new Set(segmented).has(study));

    const random = new PyRandom(0);
    const bothCount = tenth(both);
    const without = (list: readonly string[], others: readonly string[]) => {
      const excluded = new Set(others);
      return list.filter((study) => !excluded.has(study));
    };
    const drawnBoth = random.sample(both, bothCount);
    const drawnSegmented = random.sample(without(segmented, both), tenth(segmented) - bothCount);
    const drawnBoxed = random.sample(without(boxed, both), tenth(boxed) - bothCount);
    const special = [...drawnBoth, ...drawnSegmented, ...drawnBoxed];
    const drawnOthers = random.sample(without(studies, special), tenth(studies) - special.length);

    const inTrain = new Set([...special, ...drawnOthers]);
    const withBoxes = new Set([...drawnBoth, ...drawnBoxed]);
    const train = all.filter((row) => inTrain.has(studies[row]!));
    const answers = meltTargets(all.filter((row) => !inTrain.has(studies[row]!)));
    const test = answers.drop("fractured");

    for (const study of studies) {
      const folder = inTrain.has(study) ? "train_images" : "test_images";
      await placeTree(raw.join("train_images", study), publicDir.join(folder, study));
    }
    await place(
      [...drawnBoth, ...drawnSegmented].map((study) => ({
        from: raw.join("segmentations", `${study}.nii`),
        to: publicDir.join("segmentations", `${study}.nii`),
      })),
    );

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(
      publicDir.file("train_bounding_boxes.csv"),
      boxes.filter((row) => withBoxes.has(boxStudies[row]!)),
    );
    await writeCsv(publicDir.file("test.csv"), test);
    await writeCsv(
      publicDir.file("sample_submission.csv"),
      answers.select(["row_id"]).withColumn("fractured", Column.constant(0.5, answers.height)),
    );
    await writeCsv(privateDir.file("answers.csv"), answers);
  },
});

function tenth(list: readonly string[]): number {
  return pyRound(0.1 * list.length);
}

/** One row per study and target, the studies of the first target first. */
function meltTargets(wide: DataFrame): DataFrame {
  const studies = textCells(wide, STUDY);
  const parts = TARGETS.map((target) =>
    wide
      .select([STUDY])
      .withColumn("prediction_type", Column.constant(target, wide.height))
      .withColumn("fractured", wide.column(target))
      .withColumn("row_id", Column.object(studies.map((study) => `${study}_${target}`))),
  );
  return concat(parts, { ignoreIndex: true });
}
