import { type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { RawDirectory } from "../raw-directory.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { requireText } from "../tables/require-text.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export default definePreparer({
  id: "tgs-salt-identification-challenge",
  async prepare({ raw, publicDir, privateDir, scratch, extract, place }) {
    await extract(raw.file("competition_data.zip"), scratch);
    const all = await readCsv(scratch.join("competition_data", "train.csv"));
    const filled = all.fillMissing("");
    for (const name of all.columns) requireText(filled, name, "train.csv");
    requireDistinct(all, "id", "train.csv");
    const pictures = new RawDirectory(scratch.path).dir("competition_data", "train", "images").fileNames(".png");
    if (pictures.length !== all.height) {
      throw new RawDataError(
        `competition_data.zip has ${pictures.length} images in train/images for the ${all.height} rows of train.csv.`,
      );
    }
    const split = trainTestSplitFrame(all, { testSize: 0.25, random: 0 });
    const train = split.train.sort("id");
    const test = split.test.sort("id");
    const depths = await readCsv(raw.file("depths.csv"));
    const trainDepths = depths.filter(depths.column("id").isIn(train.column("id").cells()));

    const placePictures = (table: DataFrame, part: string, kind: string) =>
      place(
        textCells(table, "id").map((id) => ({
          from: scratch.join("competition_data", "train", kind, `${id}.png`),
          to: publicDir.join(part, kind, `${id}.png`),
        })),
      );
    await placePictures(train, "train", "images");
    await placePictures(train, "train", "masks");
    await placePictures(test, "test", "images");

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("depths.csv"), trainDepths.sort("id"));
    await writeCsv(publicDir.file("sample_submission.csv"), test.drop("rle_mask").withColumn("rle_mask", "1 1"));
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
