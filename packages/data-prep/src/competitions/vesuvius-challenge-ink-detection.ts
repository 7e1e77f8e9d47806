import { closeSync, openSync, readSync } from "node:fs";
import { basename } from "node:path";
import { readCsv, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { requireColumns } from "../tables/require-columns.js";

const LABELS = "inklabels_rle.csv";
/** What shows the ink of the test fragment. */
const HIDDEN = new Set(["inklabels.png", LABELS, "ir.png"]);

/** No randomness: the third fragment is the test set, under the name `a`. */
export default definePreparer({
  id: "vesuvius-challenge-ink-detection",
  async prepare({ raw, publicDir, privateDir, placeTree }) {
    const size = pngSize(raw.file("train", "3", "ir.png"));
    const labels = await readCsv(raw.file("train", "3", LABELS));
    if (labels.height !== 1) throw new RawDataError(`train/3/${LABELS} has ${labels.height} rows; expected one.`);
    requireColumns(labels.columns, `train/3/${LABELS}`, { atLeast: ["Predicted"] });
    const answers = labels.withColumn("width", size.width).withColumn("height", size.height).withColumn("Id", "a");
    for (const fragment of ["1", "2"]) {
      await placeTree(raw.join("train", fragment), publicDir.join("train", fragment));
    }
    await placeTree(raw.join("train", "3"), publicDir.join("test", "a"), {
      filter: (name) => !HIDDEN.has(basename(name)),
    });

    const sample = answers.select(["Id"]).withColumn("Predicted", "1 1 5 1");
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file(LABELS), answers);
    await writeCsv(privateDir.file("gold_submission.csv"), answers.drop(["width", "height"]));
  },
});

/** Signature, then the chunk IHDR, which begins with width and height. */
const PNG_SIGNATURE = "89504e470d0a1a0a";
const HEADER_BYTES = 24;

function pngSize(path: string): { readonly width: number; readonly height: number } {
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, "r");
  try {
    readSync(file, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(file);
  }
  if (header.toString("hex", 0, 8) !== PNG_SIGNATURE || header.toString("latin1", 12, 16) !== "IHDR") {
    throw new RawDataError(`${path} is not a PNG image.`);
  }
  return { width: header.readUInt32BE(16), height: header.readUInt32BE(20) };
}
