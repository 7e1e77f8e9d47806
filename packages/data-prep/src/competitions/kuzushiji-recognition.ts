import { Column, type DataFrame, parsePyInt, pySplit, readCsv, writeCsv } from "@mlebench/frame";
import { writeZip } from "../archives/write-zip.js";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export default definePreparer({
  id: "kuzushiji-recognition",
  async prepare({ raw, publicDir, privateDir, scratch, extract, place, signal }) {
    const all = await readCsv(raw.file("train.csv"));
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });
    requireDistinct(train, "image_id", "train.csv");
    requireDistinct(test, "image_id", "train.csv");
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
    throw new RawDataError("train.csv has a page of the test part without labels.");
  }
  const tokens = pySplit(labels);
  if (tokens.length % 5 !== 0) {
    throw new RawDataError(
      `train.csv has labels of ${tokens.length} parts; expected five for each box: ${labels.slice(0, 60)}.`,
    );
  }
  const points: string[] = [];
  for (let at = 0; at < tokens.length; at += 5) {
    points.push(tokens[at]!, oneMore(tokens[at + 1]!), oneMore(tokens[at + 2]!));
  }
  return points.join(" ");
}

function oneMore(text: string): string {
  const value = parsePyInt(text);
  if (value === undefined)
    throw new RawDataError(`train.csv has labels with ${JSON.stringify(text)} where a whole number is expected.`);
  return String(value + 1n);
}
