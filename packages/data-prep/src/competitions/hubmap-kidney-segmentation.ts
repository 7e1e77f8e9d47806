import { type DataFrame, merge, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

const INFORMATION = "HuBMAP-20-dataset_information.csv";

export default definePreparer({
  id: "hubmap-kidney-segmentation",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train.csv"));
    const { train, test } = trainTestSplitFrame(all, { trainSize: 12, testSize: 3, random: 0 });

    const rawInformation = await readCsv(raw.file(INFORMATION));
    const imageIds = textCells(rawInformation, "image_file").map((name) => name.replace(/\.tiff$/, ""));
    const known = new Set(textCells(all, "id"));
    const information = rawInformation.withColumn("id", imageIds).filter((row) => known.has(imageIds[row]!));
    const answers = merge(test, information.select(["id", "width_pixels", "height_pixels"]), { on: "id" });

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
