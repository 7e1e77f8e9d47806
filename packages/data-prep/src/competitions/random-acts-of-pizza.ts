import { Column, DataFrame, writeCsv } from "@mlebench/frame";
import { writeZip } from "../archives/write-zip.js";
import { definePreparer } from "../preparer.js";
import type { JsonObject } from "../py-json/json-object.js";
import { readPyJson } from "../py-json/parse-py-json.js";
import { writePyJson } from "../py-json/write-py-json.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import { numberField, requireFields, requireList, requireSameFields, textField } from "../records/json-access.js";

export default definePreparer({
  id: "random-acts-of-pizza",
  async prepare({ raw, publicDir, privateDir }) {
    const all = requireList(await readPyJson(raw.file("train.json")), "train.json");
    const kaggleTest = requireList(await readPyJson(raw.file("test.json")), "test.json");
    // The new test set is as large a share as Kaggle's own was, and tells as little.
    const testSize = kaggleTest.length / (all.length + kaggleTest.length);
    const { train, test } = trainTestSplitList(all, { testSize, random: 0 });
    const testFields = requireSameFields(kaggleTest, "test.json");
    requireFields(testFields, requireSameFields(all, "train.json"));

    const writeList = async (name: string, requests: readonly JsonObject[]) => {
      const path = publicDir.file(`${name}.json`);
      await writePyJson(path, requests, { indent: 4 });
      await writeZip(publicDir.file(`${name}.zip`), [{ name: `${name}.json`, path }]);
    };
    await writeList("train", train);
    await writeList(
      "test",
      test.map((request) => request.pick(testFields)),
    );
    const answers = new DataFrame([
      ["request_id", Column.object(test.map((request) => textField(request, "request_id")))],
      [
        "requester_received_pizza",
        Column.int64(test.map((request) => Math.trunc(numberField(request, "requester_received_pizza")))),
      ],
    ]);
    await writeCsv(publicDir.file("sampleSubmission.csv"), answers.withColumn("requester_received_pizza", 0));
    await writeCsv(privateDir.file("test.csv"), answers);
  },
});
