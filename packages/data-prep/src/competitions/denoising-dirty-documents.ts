import { readFile, rename } from "node:fs/promises";
import { basename } from "node:path";
import { Column, createCsvWriter, DataFrame } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import { RawDirectory } from "../raw-directory.js";
import { decodeGreyPng } from "../records/grey-pixels.js";

/** The answers are the grey values of every pixel of the cleaned test pages. */
export default definePreparer({
  id: "denoising-dirty-documents",
  async prepare({ raw, publicDir, privateDir, scratch, extract, signal, progress }) {
    await extract(raw.file("train.zip"), publicDir);
    await extract(raw.file("train_cleaned.zip"), publicDir);
    const pages = new RawDirectory(publicDir.path).dir("train").fileNames(".png");
    const testPages = new Set(trainTestSplitList(pages, { testSize: 0.2, random: 0 }).test);
    const test = pages.filter((page) => testPages.has(page));
    for (const page of test) {
      await rename(publicDir.join("train", page), publicDir.file("test", page));
      await rename(publicDir.join("train_cleaned", page), scratch.file(page));
    }

    await using answers = createCsvWriter(privateDir.file("answers.csv"));
    await using sample = createCsvWriter(publicDir.file("sampleSubmission.csv"));
    for (const [index, page] of test.entries()) {
      signal.throwIfAborted();
      progress("answers", index, test.length);
      const { width, pixels } = decodeGreyPng(await readFile(scratch.join(page)));
      const stem = basename(page, ".png");
      const ids = Column.object(
        Array.from(pixels, (_, at) => `${stem}_${Math.floor(at / width) + 1}_${(at % width) + 1}`),
      );
      answers.write(
        new DataFrame([
          ["id", ids],
          ["value", Column.float64(Float64Array.from(pixels, (grey) => grey / 255))],
        ]),
      );
      sample.write(
        new DataFrame([
          ["id", ids],
          ["value", Column.constant(1, ids.length)],
        ]),
      );
    }
    await answers.close();
    await sample.close();
  },
});
