import { closeSync, openSync, readSync } from "node:fs";
import { basename } from "node:path";
import { readCsv, writeCsv } from "@mlebench/frame";
import { DataPrepError } from "../errors.js";
import { definePreparer } from "../preparer.js";

const LABELS = "inklabels_rle.csv";
/** What shows the ink of the test fragment. */
const HIDDEN = new Set(["inklabels.png", LABELS, "ir.png"]);

/** No randomness: the third fragment is the test set, under the name `a`. */
export default definePreparer({
  id: "vesuvius-challenge-ink-detection",
  async prepare({ raw, publicDir, privateDir, placeTree }) {
    const size = pngSize(raw.file("train", "3", "ir.png"));
    const gold = (await readCsv(raw.file("train", "3", LABELS))).withColumn("Id", "a");
    for (const fragment of ["1", "2"]) {
      await placeTree(raw.join("train", fragment), publicDir.join("train", fragment));
    }
    await placeTree(raw.join("train", "3"), publicDir.join("test", "a"), {
      filter: (name) => !HIDDEN.has(basename(name)),
    });

    const sample = gold.select(["Id"]).withColumn("Predicted", "1 1 5 1");
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file(LABELS), gold.withColumn("width", size.width).withColumn("height", size.height));
    await writeCsv(privateDir.file("gold_submission.csv"), gold.select(["Id", "Predicted"]));
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
    throw new DataPrepError({
      code: "DATA_PREP_RAW_DATA",
      message: `${path} is not a PNG image.`,
      hint: "Check that the download is complete.",
    });
  }
  return { width: header.readUInt32BE(16), height: header.readUInt32BE(20) };
}
