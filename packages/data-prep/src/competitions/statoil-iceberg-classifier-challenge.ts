import { Column, DataFrame, writeCsv } from "@mlebench/frame";
import { writeSevenZip } from "../archives/seven-zip.js";
import { definePreparer } from "../preparer.js";
import type { JsonObject } from "../py-json/json-object.js";
import { readPyJson } from "../py-json/parse-py-json.js";
import { readFirstRecord } from "../py-json/read-first-record.js";
import { writePyJson } from "../py-json/write-py-json.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import { numberField, requireFields, requireList, requireSameFields, textField } from "../records/json-access.js";
import { requireDistinctTexts } from "../tables/require-distinct.js";

export default definePreparer({
  id: "statoil-iceberg-classifier-challenge",
  async prepare({ raw, publicDir, privateDir, scratch, extract }) {
    await extract(raw.file("train.json.7z"), scratch.dir("raw"));
    await extract(raw.file("test.json.7z"), scratch.dir("raw"));
    const processed = (name: string) => scratch.join("raw", "data", "processed", name);
    const all = requireList(await readPyJson(processed("train.json")), "train.json");
    const testFields = (await readFirstRecord(processed("test.json"))).keys();
    requireFields(testFields, requireSameFields(all, "train.json"));
    const { train, test } = trainTestSplitList(all, { testSize: 0.2, random: 0 });
    const idsOf = (part: readonly JsonObject[]) => new Set(part.map((record) => textField(record, "id")));
    requireDistinctTexts([...idsOf(train), ...idsOf(test)], "The id of train.json");

    const pack = async (name: string, write: (path: string) => Promise<void>) => {
      const folder = scratch.dir("packed", name);
      await write(folder.file(name));
      await writeSevenZip(publicDir.file(`${name}.7z`), folder.path);
    };
    await pack("train.json", (path) => writePyJson(path, train));
    await pack("test.json", (path) =>
      writePyJson(
        path,
        test.map((record) => record.pick(testFields)),
      ),
    );

    const answers = new DataFrame([
      ["id", Column.object(test.map((record) => textField(record, "id")))],
      ["is_iceberg", Column.int64(test.map((record) => Math.trunc(numberField(record, "is_iceberg"))))],
    ]);
    const sample = answers.withColumn("is_iceberg", 0.5);
    await pack("sample_submission.csv", (path) => writeCsv(path, sample));
    await writeCsv(privateDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test.csv"), answers);
  },
});
