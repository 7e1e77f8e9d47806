import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Column, DataFrame, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { trainTestSplit } from "../random/train-test-split.js";
import { bsonDocument, bsonElements, bsonInteger, readBsonDocuments } from "../records/bson-file.js";

const EXAMPLE_DOCUMENTS = 100;
const SAMPLE_CATEGORY = 1000010653;

/** Two passes over 58 GB: ids and categories first, then every document to its side. */
export default definePreparer({
  id: "cdiscount-image-classification-challenge",
  async prepare({ raw, publicDir, privateDir, place, signal }) {
    const source = raw.file("train.bson");
    const ids: bigint[] = [];
    const categories: bigint[] = [];
    for await (const document of readBsonDocuments(source, { signal })) {
      const elements = bsonElements(document, source);
      ids.push(
        bsonInteger(
          elements.find(({ name }) => name === "_id"),
          source,
        ),
      );
      categories.push(
        bsonInteger(
          elements.find(({ name }) => name === "category_id"),
          source,
        ),
      );
    }
    const testRows = trainTestSplit(ids.length, { testSize: 0.1, random: 0 }).test;
    const isTest = new Uint8Array(ids.length);
    for (const row of testRows) isTest[row] = 1;

    const write = (name: string, documents: AsyncIterable<Buffer>) =>
      pipeline(Readable.from(documents), createWriteStream(publicDir.file(name), { flags: "wx" }), { signal });
    async function* documentsOf(part: 0 | 1, limit = Number.POSITIVE_INFINITY) {
      let row = 0;
      let count = 0;
      for await (const document of readBsonDocuments(source, { signal })) {
        if (isTest[row++] !== part) continue;
        if (count++ >= limit) return;
        yield part === 1 ? normalised(document, source, "category_id") : normalised(document, source);
      }
    }
    await write("train.bson", documentsOf(0));
    await write("test.bson", documentsOf(1));
    await write("train_example.bson", documentsOf(0, EXAMPLE_DOCUMENTS));
    await place([{ from: raw.file("category_names.csv"), to: publicDir.join("category_names.csv") }]);

    const testIds = Array.from(testRows, (row) => ids[row]!);
    const hidden = new Set(testIds);
    const shared = ids.find((id, row) => isTest[row] === 0 && hidden.has(id));
    if (shared !== undefined)
      throw new RawDataError(`train.bson repeats _id ${shared}, in the train and in the test part.`);
    const answers = new DataFrame([
      ["_id", Column.int64(testIds)],
      ["category_id", Column.int64(Array.from(testRows, (row) => categories[row]!))],
    ]).sort("_id");
    await writeCsv(publicDir.file("sample_submission.csv"), answers.withColumn("category_id", SAMPLE_CATEGORY));
    await writeCsv(privateDir.file("answers.csv"), answers);
  },
});

/** The document as upstream writes it anew: `_id` first, the other keys in their order. */
function normalised(document: Buffer, path: string, without?: string): Buffer {
  const elements = bsonElements(document, path);
  if (elements[0]?.name === "_id" && without === undefined) return document;
  const [ids, others] = [elements.filter(({ name }) => name === "_id"), elements.filter(({ name }) => name !== "_id")];
  return bsonDocument([...ids, ...others.filter(({ name }) => name !== without)]);
}
