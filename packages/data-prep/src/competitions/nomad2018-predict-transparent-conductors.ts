import { basename, dirname } from "node:path";
import { Column, type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { walkFiles } from "../files/walk-files.js";
import { definePreparer } from "../preparer.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

const TARGETS = { formation_energy_ev_natom: 0.1779, bandgap_energy_ev: 1.8892 };

export default definePreparer({
  id: "nomad2018-predict-transparent-conductors",
  async prepare({ raw, publicDir, privateDir, scratch, extract, place }) {
    raw.require("test.zip", "test.csv.zip");
    await extract(raw.file("train.csv.zip"), scratch);
    await extract(raw.file("train.zip"), scratch);
    const all = await readCsv(scratch.join("train.csv"));
    const split = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });
    // A material that is in both parts is renumbered in each; upstream refuses one that a part has twice.
    requireDistinct(split.train, "id", "train.csv");
    requireDistinct(split.test, "id", "train.csv");

    const geometries = new Map<number, string>();
    for (const { path, kind } of walkFiles(scratch.join("train"))) {
      if (kind === "file" && path.endsWith(".xyz")) geometries.set(Number(basename(dirname(path))), path);
    }
    // Materials are numbered anew within their part, in the split's order.
    const renumber = async (table: DataFrame, folder: string): Promise<DataFrame> => {
      const sources = Array.from(table.column("id").numbers(), (id) => {
        const path = geometries.get(id);
        if (path !== undefined) return path;
        throw new RawDataError(`train.zip has no geometry.xyz of material ${id}.`);
      });
      await place(sources.map((from, row) => ({ from, to: publicDir.join(folder, String(row + 1), "geometry.xyz") })));
      return table.withColumn("id", Column.int64(sources.map((_, row) => row + 1)));
    };
    const train = await renumber(split.train, "train");
    const test = await renumber(split.test, "test");
    let sample = test.select(["id"]);
    for (const [target, value] of Object.entries(TARGETS)) sample = sample.withColumn(target, value);

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.drop(Object.keys(TARGETS)));
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
