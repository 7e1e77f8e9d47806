import { Column, type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import type { JsonObject } from "../py-json/json-object.js";
import { createRecordWriter, readRecords } from "../py-json/stream-records.js";
import { toPyJson } from "../py-json/write-py-json.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import { textField, wrongMetadata } from "../records/json-access.js";
import { requireDistinctTexts } from "../tables/require-distinct.js";
import { textCells } from "../tables/text-cells.js";

const PARTS = ["train", "test"] as const;
type Part = (typeof PARTS)[number];

const PREDICTION = "PredictionString";
/** Centre, size, yaw and class. */
const TOKENS_PER_BOX = 8;
const UNCHANGED = ["attribute", "category", "sensor", "visibility"];
const MAP_IMAGE = "map_raster_palo_alto.png";
/** Where the recordings of a format lie. */
const FOLDERS: Readonly<Record<string, string>> = { jpeg: "images", bin: "lidar" };

/**
 * Whole logs (drives) are test. The tables are JSON arrays that refer to each other by tokens; the largest have hundreds
 * of megabytes and are read and written record by record.
 */
export default definePreparer({
  id: "3d-object-detection-for-autonomous-vehicles",
  async prepare({ raw, publicDir, privateDir, place, signal }) {
    const records = (table: string) => readRecords(raw.file("train_data", `${table}.json`), { signal });
    const output = (part: Part, table: string) => publicDir.file(`${part}_data`, `${table}.json`);

    /** Sends every record to the parts that `partOf` names for it. */
    const splitTable = async (
      table: string,
      partOf: (record: JsonObject) => Part | undefined,
      visit?: (record: JsonObject, part: Part) => void,
    ) => {
      using train = createRecordWriter(output("train", table));
      using test = createRecordWriter(output("test", table));
      const writers = { train, test };
      for await (const record of records(table)) {
        const part = partOf(record);
        if (part === undefined) continue;
        writers[part].write(record);
        visit?.(record, part);
      }
      train.close();
      test.close();
    };

    const logTokens: string[] = [];
    for await (const log of records("log")) logTokens.push(textField(log, "token"));
    requireDistinctTexts(logTokens, "The token of log.json");
    const logs = trainTestSplitList(logTokens, { testSize: 0.2, random: 0 });
    const partOfLog = new Map(PARTS.flatMap((part) => logs[part].map((token) => [token, part] as const)));
    await splitTable("log", (log) => partOfLog.get(textField(log, "token")));

    // A sample names its scene; in these data scenes and logs have the same tokens.
    const partOfSample = new Map<string, Part>();
    const sampleCounts = { train: 0, test: 0 };
    await splitTable(
      "sample",
      (sample) => {
        const part = partOfLog.get(textField(sample, "scene_token"));
        if (part === undefined)
          throw wrongMetadata(`sample.json names ${textField(sample, "scene_token")}, which is no log`);
        return part;
      },
      (sample, part) => {
        partOfSample.set(textField(sample, "token"), part);
        sampleCounts[part]++;
      },
    );

    const all = await readCsv(raw.file("train.csv"), { floatPrecision: "high" });
    const ids = textCells(all, "Id");
    const ofPart = (part: Part) => all.filter((row) => partOfSample.get(ids[row]!) === part);
    for (const part of PARTS) {
      const rows = ofPart(part).height;
      if (rows !== sampleCounts[part]) {
        throw wrongMetadata(`train.csv has ${rows} rows of ${part} samples, and sample.json ${sampleCounts[part]}`);
      }
    }
    const unknown = ids.find((id) => !partOfSample.has(id));
    if (unknown !== undefined) throw wrongMetadata(`train.csv has the Id ${unknown}, which sample.json does not have`);
    const answers = withConfidence(ofPart("test"));
    const partOfId = new Map(ids.map((id) => [id, partOfSample.get(id)]));
    const partOrFail = (table: string, parts: ReadonlyMap<string, Part | undefined>, token: string): Part => {
      const part = parts.get(token);
      if (part === undefined) throw wrongMetadata(`${table}.json refers to ${token}, which is in neither part`);
      return part;
    };

    const sensors = { train: new Set<string>(), test: new Set<string>() };
    const poses: Record<Part, string[]> = { train: [], test: [] };
    const recordings = new Map<string, string>();
    await splitTable(
      "sample_data",
      (record) => partOrFail("sample_data", partOfId, textField(record, "sample_token")),
      (record, part) => {
        sensors[part].add(textField(record, "calibrated_sensor_token"));
        poses[part].push(textField(record, "ego_pose_token"));
        const folder = FOLDERS[textField(record, "fileformat")];
        if (folder === undefined) throw wrongMetadata(`a recording has the format ${textField(record, "fileformat")}`);
        const name = textField(record, "filename").split("/").at(-1)!;
        const target = publicDir.join(`${part}_${folder}`, name);
        if (!recordings.has(target)) recordings.set(target, raw.join(`train_${folder}`, name));
      },
    );

    /** Writes for each part the records it refers to, in the order of the references. */
    const writeReferred = async (table: string, references: Record<Part, Iterable<string>>) => {
      const texts = new Map<string, string>();
      for await (const record of records(table)) texts.set(textField(record, "token"), toPyJson(record));
      for (const part of PARTS) {
        using writer = createRecordWriter(output(part, table));
        for (const token of references[part]) {
          const text = texts.get(token);
          if (text === undefined) throw wrongMetadata(`${table}.json has no record ${token}`);
          writer.writeText(text);
        }
        writer.close();
      }
    };
    await writeReferred("calibrated_sensor", sensors);
    await writeReferred("ego_pose", poses);

    // Upstream's two copies of the map are one object, so the train part names the test logs too.
    for (const part of PARTS) {
      using writer = createRecordWriter(output(part, "map"));
      for await (const map of records("map")) writer.write(map.with({ log_tokens: logs.test }));
      writer.close();
    }
    await splitTable("scene", (scene) => partOrFail("scene", partOfLog, textField(scene, "log_token")));

    /** Writes the train records of a table that is hidden for test. */
    const writeTrainOnly = async (
      table: string,
      partOf: (record: JsonObject) => Part,
      visit?: (record: JsonObject, part: Part) => void,
    ) => {
      using writer = createRecordWriter(output("train", table));
      for await (const record of records(table)) {
        const part = partOf(record);
        visit?.(record, part);
        if (part === "train") writer.write(record);
      }
      writer.close();
    };
    const partOfInstance = new Map<string, Part>();
    await writeTrainOnly(
      "sample_annotation",
      (annotation) => partOrFail("sample_annotation", partOfId, textField(annotation, "sample_token")),
      (annotation, part) => {
        const instance = textField(annotation, "instance_token");
        if (part === "train" || !partOfInstance.has(instance)) partOfInstance.set(instance, part);
      },
    );
    await writeTrainOnly("instance", (record) => partOrFail("instance", partOfInstance, textField(record, "token")));

    await place(
      PARTS.flatMap((part) => [
        ...UNCHANGED.map((table) => ({ from: raw.file("train_data", `${table}.json`), to: output(part, table) })),
        { from: raw.join("train_maps", MAP_IMAGE), to: publicDir.join(`${part}_maps`, MAP_IMAGE) },
      ]),
    );
    await place(Array.from(recordings, ([to, from]) => ({ from, to })));

    await writeCsv(publicDir.file("train.csv"), ofPart("train"));
    await writeCsv(publicDir.file("sample_submission.csv"), answers.select(["Id"]).withColumn(PREDICTION, null));
    await writeCsv(privateDir.file("test.csv"), answers);
  },
});

/** The true boxes as predictions: each gets the confidence 1. */
function withConfidence(rows: DataFrame): DataFrame {
  const ids = textCells(rows, "Id");
  const strings = rows.column(PREDICTION);
  const predictions = ids.map((id, row) => {
    const text = strings.get(row);
    const tokens = typeof text === "string" ? text.split(" ") : [];
    if (tokens.length === 0 || tokens.length % TOKENS_PER_BOX !== 0) {
      throw wrongMetadata(`the ${PREDICTION} of ${id} in train.csv has ${tokens.length} parts`);
    }
    return tokens.map((token, index) => (index % TOKENS_PER_BOX === 0 ? `1.0 ${token}` : token)).join(" ");
  });
  return rows.withColumn(PREDICTION, Column.object(predictions));
}
