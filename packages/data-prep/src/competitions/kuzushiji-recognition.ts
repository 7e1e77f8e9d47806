import { Column, type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { writeZip } from "../archives/write-zip.js";
import { DataPrepError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export default definePreparer({
  id: "kuzushiji-recognition",
  async prepare({ raw, publicDir, privateDir, scratch, extract, place, signal }) {
    const all = await readCsv(raw.file("train.csv"));
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });
    const gold = test.withColumn("labels", Column.object(test.column("labels").cells().map(cornerPoints)));

    await extract(raw.file("train_images.zip"), scratch);
    const zipPages = (name: string, table: DataFrame) => {
      const pages = textCells(table, "image_id").map((id) => `${id}.jpg`);
      const entries = pages.map((page) => ({ name: page, path: scratch.join(page) }));
      return writeZip(publicDir.file(name), entries, { signal });
    };
    await zipPages("train_images.zip", train);
    await zipPages("test_images.zip", test);
    const translation = "unicode_translation.csv";
    await place([{ from: raw.file(translation), to: publicDir.join(translation) }]);

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), test.withColumn("labels", "U+003F 1 1 U+FF2F 2 2"));
    await writeCsv(privateDir.file("test.csv"), test);
    await writeCsv(privateDir.file("gold_submission.csv"), gold);
  },
});

/** Boxes `code x y width height` as points just inside of their upper left corner, `code x+1 y+1`. */
function cornerPoints(labels: unknown): string {
  if (typeof labels !== "string") {
    throw new DataPrepError({
      code: "DATA_PREP_RAW_DATA",
      message: "A page of the test part has no labels.",
      hint: "Check that train.csv is the competition's own.",
    });
  }
  const tokens = labels.split(" ");
  const points: string[] = [];
  for (let at = 0; at < tokens.length; at += 5) {
    points.push(tokens[at]!, String(Number(tokens[at + 1]) + 1), String(Number(tokens[at + 2]) + 1));
  }
  return points.join(" ");
}
