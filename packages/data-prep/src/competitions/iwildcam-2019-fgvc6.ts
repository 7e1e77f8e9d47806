import { cellKey, type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { writeZip } from "../archives/write-zip.js";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { RawDirectory } from "../raw-directory.js";
import { requireDisjoint } from "../tables/require-distinct.js";
import { splitByGroup } from "../tables/split-by-group.js";
import { textCells } from "../tables/text-cells.js";

export default definePreparer({
  id: "iwildcam-2019-fgvc6",
  async prepare({ raw, publicDir, privateDir, scratch, extract, signal }) {
    const all = await readCsv(raw.file("train.csv"));
    const { testGroups } = splitByGroup(all, "location", { testSize: 0.1, random: 8 });
    const locations = all.column("location");
    // A missing location equals none of the test locations, so its rows are train.
    const hidden = new Set(testGroups.filter((location) => location !== null).map(cellKey));
    const train = all.filter((row) => !hidden.has(cellKey(locations.get(row))));
    const test = all.filter((row) => hidden.has(cellKey(locations.get(row))));
    requireDisjoint(train, test, "id", "train.csv");
    const answers = test.select(["id", "category_id"]).rename({ id: "Id", category_id: "Category" });

    await extract(raw.file("train_images.zip"), scratch);
    const photoCount = new RawDirectory(scratch.path).fileNames(".jpg").length;
    const idCount = new Set(textCells(all, "id")).size;
    if (photoCount !== idCount) {
      throw new RawDataError(`train_images.zip has ${photoCount} photos for the ${idCount} ids of train.csv.`);
    }
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
