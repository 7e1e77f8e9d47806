import { type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { requireDisjoint } from "../tables/require-distinct.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

/** Occurs twice in the raw table. */
const AMBIGUOUS_IMAGE = "ce27d36c9147cc19.jpg";

export default definePreparer({
  id: "hotel-id-2021-fgvc8",
  async prepare({ raw, publicDir, privateDir, place }) {
    const table = await readCsv(raw.file("train.csv"));
    const all = table.filter((row) => table.column("image").get(row) !== AMBIGUOUS_IMAGE);
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });
    requireDisjoint(train, test, "image", "train.csv");

    const placePhotos = (part: DataFrame, target: (chain: string, image: string) => string) => {
      const images = textCells(part, "image");
      const chains = textCells(part, "chain");
      return place(
        images.map((image, row) => ({
          from: raw.join("train_images", chains[row]!, image),
          to: target(chains[row]!, image),
        })),
      );
    };
    await placePhotos(train, (chain, image) => publicDir.join("train_images", chain, image));
    await placePhotos(test, (_, image) => publicDir.join("test_images", image));

    const sample = test.select(["image"]).withColumn("hotel_id", "36363 53586 18807 64314 60181");
    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
