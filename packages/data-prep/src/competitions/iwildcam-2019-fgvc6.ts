import { type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { writeZip } from "../archives/write-zip.js";
import { definePreparer } from "../preparer.js";
import { requireDisjoint } from "../tables/require-distinct.js";
import { splitByGroup } from "../tables/split-by-group.js";
import { textCells } from "../tables/text-cells.js";

export default definePreparer({
  id: "iwildcam-2019-fgvc6",
  async prepare({ raw, publicDir, privateDir, scratch, extract, signal }) {
    const all = await readCsv(raw.file("train.csv"));
    const { train, test } = splitByGroup(all, "location", { testSize: 0.1, random: 8 });
    requireDisjoint(train, test, "id", "train.csv");
    const answers = test.select(["id", "category_id"]).rename({ id: "Id", category_id: "Category" });

    await extract(raw.file("train_images.zip"), scratch);
    const zipPhotos = (name: string, table: DataFrame) => {
      const photos = new Set(textCells(table, "id").map((id) => `${id}.jpg`));
      const entries = [...photos].map((photo) => ({ name: photo, path: scratch.join(photo) }));
      return writeZip(publicDir.file(name), entries, { signal });
    };
    await zipPhotos("train_images.zip", train);
    await zipPhotos("test_images.zip", test);

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.drop("category_id"));
    // Row numbers of the raw table stand before the ids.
    await writeCsv(publicDir.file("sample_submission.csv"), answers.withColumn("Category", 0), { index: true });
    await writeCsv(privateDir.file("test.csv"), test);
    await writeCsv(privateDir.file("answers.csv"), answers);
  },
});
