import { writeAtomically } from "@mlebench/base";
import { Column, DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import type { JsonObject } from "../py-json/json-object.js";
import { toPandasJson } from "../py-json/pandas-json.js";
import { PyFloat, type PyJson } from "../py-json/parse-py-json.js";
import { readJsonLines } from "../py-json/read-json-lines.js";
import { sampleRows } from "../random/sample-rows.js";
import { numberField, requireFields, textField, wrongMetadata } from "../records/json-access.js";
import { requireColumns } from "../tables/require-columns.js";

const TARGETS = ["reactivity", "deg_Mg_pH10", "deg_pH10", "deg_Mg_50C", "deg_50C"];
const FORMAT = { floatFormat: "%.10f" };

/** A tenth of the sequences, drawn from the clean ones, is the test set; only the measured bases are kept for grading. */
export default definePreparer({
  id: "stanford-covid-vaccine",
  async prepare({ raw, publicDir, privateDir }) {
    raw.require("train.json", "test.json", "sample_submission.csv");
    const all = wholeNumbersAsIntegers(await allOf(readJsonLines(raw.file("train.json"))));
    const [firstKaggleTest] = await allOf(readJsonLines(raw.file("test.json")));
    const clean = all.flatMap((record, row) => (numberField(record, "SN_filter") > 0 ? [row] : []));
    const drawn = sampleRows(clean.length, { count: Math.floor(0.1 * all.length), random: 0 });
    const testRows = new Set(Array.from(drawn, (position) => clean[position]!));
    const train = all.filter((_, row) => !testRows.has(row));
    const test = all.filter((_, row) => testRows.has(row));

    const answers = answerTable(test);
    let sample = answers.drop("keep");
    for (const target of TARGETS) sample = sample.withColumn(target, Column.float64(new Float64Array(sample.height)));
    const sampleColumns = (await readCsv(raw.file("sample_submission.csv"))).columns;
    requireColumns(sampleColumns, "sample_submission.csv", { inAnyOrder: sample.columns });
    const testFields = firstKaggleTest?.keys() ?? [];
    requireFields(testFields, all[0]?.keys() ?? []);
    await writeRecords(publicDir.file("train.json"), train);
    await writeRecords(
      publicDir.file("test.json"),
      test.map((record) => record.pick(testFields)),
    );
    await writeCsv(publicDir.file("sample_submission.csv"), sample, FORMAT);
    await writeCsv(privateDir.file("test.csv"), answers, FORMAT);
  },
});

/** One row per base: measured values where there are any, else zeros that are not graded. */
function answerTable(test: readonly JsonObject[]): DataFrame {
  const ids: string[] = [];
  const keep: boolean[] = [];
  const values = TARGETS.map((): number[] => []);
  for (const record of test) {
    const lists = TARGETS.map((target) => numberList(record, target));
    const scored = numberField(record, "seq_scored");
    const odd = lists.findIndex((list) => list.length !== scored);
    if (odd >= 0) {
      throw wrongMetadata(
        `${textField(record, "id")} has ${lists[odd]!.length} values of ${TARGETS[odd]} for seq_scored ${scored}`,
      );
    }
    if (scored >= numberField(record, "seq_length")) {
      throw wrongMetadata(`${textField(record, "id")} has seq_scored ${scored}, which is not below its seq_length`);
    }
    for (let base = 0; base < numberField(record, "seq_length"); base++) {
      ids.push(`${textField(record, "id")}_${base}`);
      keep.push(base < scored);
      for (const [index, list] of lists.entries()) values[index]!.push(base < scored ? list[base]! : 0);
    }
  }
  return new DataFrame([
    ["id_seqpos", Column.object(ids)],
    ...TARGETS.map((target, index) => [target, Column.float64(values[index]!)] as const),
    ["keep", Column.bool(keep)],
  ]);
}

function numberList(record: JsonObject, key: string): number[] {
  const list = record.get(key);
  if (!Array.isArray(list)) throw wrongMetadata(`a record of train.json has no list ${key}`);
  return list.map((item: PyJson) => (item instanceof PyFloat ? item.value : Number(item)));
}

/** pandas reads a column of whole numbers as integers even where the file writes `1.0`. */
function wholeNumbersAsIntegers(records: readonly JsonObject[]): JsonObject[] {
  const isWhole = (cell: PyJson | undefined) =>
    (typeof cell === "number" && Number.isInteger(cell)) || (cell instanceof PyFloat && Number.isInteger(cell.value));
  const names = (records[0]?.keys() ?? []).filter(
    (name) =>
      records.every((record) => isWhole(record.get(name))) &&
      records.some((record) => record.get(name) instanceof PyFloat),
  );
  return records.map((record) =>
    record.with(Object.fromEntries(names.map((name) => [name, numberField(record, name)] as const))),
  );
}

function writeRecords(path: string, records: readonly JsonObject[]): Promise<void> {
  return writeAtomically(path, records.map((record, index) => `${toPandasJson(record.with({ index }))}\n`).join(""));
}

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
