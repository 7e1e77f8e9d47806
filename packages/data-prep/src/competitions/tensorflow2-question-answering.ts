import { Column, DataFrame, writeCsv } from "@mlebench/frame";
import { createTextWriter } from "../files/text-writer.js";
import { definePreparer } from "../preparer.js";
import { JsonObject } from "../py-json/json-object.js";
import { toPandasJson } from "../py-json/pandas-json.js";
import type { PyJson } from "../py-json/parse-py-json.js";
import { readJsonLines } from "../py-json/read-json-lines.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import { numberField, requireList, requireObject, textField, wrongMetadata } from "../records/json-access.js";

const BLOCK_LINES = 1000;
const TEST_FIELDS = ["example_id", "question_text", "document_text", "long_answer_candidates"];

/** Every thousand lines are split on their own, so that no more are ever in memory. */
export default definePreparer({
  id: "tensorflow2-question-answering",
  async prepare({ raw, publicDir, privateDir, signal, progress }) {
    await using train = await createTextWriter(publicDir.file("simplified-nq-train.jsonl"));
    await using test = await createTextWriter(publicDir.file("simplified-nq-test.jsonl"));
    await using answers = await createTextWriter(privateDir.file("test.jsonl"));
    const ids: string[] = [];
    const predictions: string[] = [];
    let lines = 0;
    for await (const block of blocks(readJsonLines(raw.file("simplified-nq-train.jsonl"), { signal }))) {
      const split = trainTestSplitList(sameKeys(block), { testSize: 0.1, random: 0 });
      for (const record of split.train) await train.write(line(record));
      for (const record of split.test) {
        await answers.write(line(record));
        await test.write(line(record.pick(TEST_FIELDS)));
        const id = textField(record, "example_id");
        ids.push(`${id}_short`, `${id}_long`);
        predictions.push(shortAnswer(record), longAnswer(record));
      }
      lines += block.length;
      progress("split", lines);
    }
    for (const writer of [train, test, answers]) await writer.close();
    const gold = new DataFrame([
      ["example_id", Column.object(ids)],
      ["PredictionString", Column.object(predictions)],
    ]);
    await writeCsv(privateDir.file("gold_submission.csv"), gold);
    await writeCsv(publicDir.file("sample_submission.csv"), gold.withColumn("PredictionString", ""));
  },
});

async function* blocks(records: AsyncIterable<JsonObject>): AsyncGenerator<JsonObject[]> {
  let block: JsonObject[] = [];
  for await (const record of records) {
    block.push(record.with({ example_id: String(record.get("example_id")) }));
    if (block.length < BLOCK_LINES) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}

/** A table has the keys of all its records, in order of first appearance. */
function sameKeys(block: readonly JsonObject[]): JsonObject[] {
  const keys = [...new Set(block.flatMap((record) => record.keys()))];
  return block.map((record) => JsonObject.from(keys.map((key): [string, PyJson] => [key, record.get(key) ?? null])));
}

function line(record: JsonObject): string {
  return `${toPandasJson(record)}\n`;
}

function annotation(record: JsonObject): JsonObject {
  const annotations = requireList(record.get("annotations") ?? null, "annotations");
  if (annotations.length !== 1) {
    throw wrongMetadata(`${textField(record, "example_id")} has ${annotations.length} annotations; expected one`);
  }
  return annotations[0]!;
}

function shortAnswer(record: JsonObject): string {
  const yesNo = textField(annotation(record), "yes_no_answer");
  if (yesNo !== "NONE") return yesNo;
  const [first] = requireList(annotation(record).get("short_answers") ?? null, "short_answers");
  return first === undefined ? "" : span(first);
}

function longAnswer(record: JsonObject): string {
  const answer = requireObject(annotation(record).get("long_answer") ?? null, "long_answer");
  return numberField(answer, "start_token") === -1 ? "" : span(answer);
}

function span(answer: JsonObject): string {
  return `${numberField(answer, "start_token")}:${numberField(answer, "end_token")}`;
}
