import { type DataFrame, merge, readCsv, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { requireColumns } from "../tables/require-columns.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

const INFORMATION = "HuBMAP-20-dataset_information.csv";
const TRAIN_IMAGES = 12;
const TEST_IMAGES = 3;

export default definePreparer({
  id: "hubmap-kidney-segmentation",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train.csv"));
    requireColumns(all.columns, "train.csv", { exactly: ["id", "encoding"] });
    requireDistinct(all, "id", "train.csv");
    const { train, test } = trainTestSplitFrame(all, { trainSize: TRAIN_IMAGES, testSize: TEST_IMAGES, random: 0 });

    const rawInformation = await readCsv(raw.file(INFORMATION));
    const imageIds = textCells(rawInformation, "image_file").map((name) => name.replaceAll(".tiff", ""));
    const known = new Set(textCells(all, "id"));
    const information = rawInformation.withColumn("id", imageIds).filter((row) => known.has(imageIds[row]!));
    const answers = merge(test, information.select(["id", "width_pixels", "height_pixels"]), { on: "id" });
    if (train.height + answers.height !== all.height) {
      throw new RawDataError(
        `${INFORMATION} and train.csv do not fit: ${train.height} train and ${answers.height} test images of ${all.height}. Each image needs one row in ${INFORMATION}, and there are ${TRAIN_IMAGES + TEST_IMAGES} of them.`,
      );
    }

    const placeImages = (table: DataFrame, folder: string) =>
      place(
        textCells(table, "id").flatMap((id) =>
          [".tiff", ".json", "-anatomical-structure.json"].map((suffix) => ({
            from: raw.join("train", id + suffix),
            to: publicDir.join(folder, id + suffix),
          })),
        ),
      );
    await placeImages(train, "train");
    await placeImages(test, "test");

    const sample = answers.select(["id"]).withColumn("predicted", null);
    await writeCsv(publicDir.file(INFORMATION), information.drop("id"));
    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(publicDir.file("test", "sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test.csv"), answers);
    await writeCsv(
      privateDir.file("gold_submission.csv"),
      answers.select(["id", "encoding"]).rename({ encoding: "predicted" }),
    );
  },
});
