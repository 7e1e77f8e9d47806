import { Column, DataFrame, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { readPyJson } from "../py-json/parse-py-json.js";
import { writePyJson } from "../py-json/write-py-json.js";
import { PyRandom } from "../random/py-random.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import { requireList, textField } from "../records/json-access.js";
import { NpyFormatError, readNpyHeader, readNpyNumbers } from "../records/npy-file.js";
import { requireDistinctTexts } from "../tables/require-distinct.js";

const BANDS = ["08", "09", "10", "11", "12", "13", "14", "15", "16"].map((number) => `band_${number}.npy`);
const MASK = "human_pixel_masks.npy";
const MASKS = ["human_individual_masks.npy", MASK];
const EMPTY_MASK = "-";

/** As many records become test as there are for validation. */
export default definePreparer({
  id: "google-research-identify-contrails-reduce-global-warming",
  async prepare({ raw, publicDir, privateDir, place, placeTree, progress, signal }) {
    const readRecords = async (name: string) => requireList(await readPyJson(raw.file(name)), name);
    const validation = await readRecords("validation_metadata.json");
    const records = await readRecords("train_metadata.json");
    const { train, test } = trainTestSplitList(records, { testSize: validation.length, random: 0 });
    const trainIds = train.map((record) => textField(record, "record_id"));
    const testIds = test.map((record) => textField(record, "record_id"));

    requireDistinctTexts(trainIds, "The record_id of train_metadata.json");
    requireDistinctTexts(testIds, "The record_id of train_metadata.json");

    const masks: { readonly text: string; readonly height: number; readonly width: number }[] = [];
    for (const id of testIds) {
      signal.throwIfAborted();
      const [height = 0, width = 0] = (await readNpyHeader(raw.file("train", id, BANDS[0]!))).shape;
      masks.push({ text: encodeMask(await readMask(raw.file("train", id, MASK))), height, width });
      progress("encode masks", masks.length, testIds.length);
    }
    const answers = new DataFrame([
      ["record_id", Column.object(testIds)],
      ["encoded_pixels", Column.object(masks.map(({ text }) => text))],
      ["height", Column.int64(masks.map(({ height }) => height))],
      ["width", Column.int64(masks.map(({ width }) => width))],
    ]);
    const random = new PyRandom(0);
    const samples = testIds.map(() => random.choice(["1 3 10 5", EMPTY_MASK]));

    const placeFiles = (part: "train" | "test", ids: readonly string[], names: readonly string[]) =>
      place(
        ids.flatMap((id) =>
          names.map((name) => ({ from: raw.join("train", id, name), to: publicDir.join(part, id, name) })),
        ),
      );
    await placeFiles("train", trainIds, [...BANDS, ...MASKS]);
    await placeFiles("test", testIds, BANDS);
    if (raw.exists("validation")) await placeTree(raw.join("validation"), publicDir.join("validation"));
    const metadata = "validation_metadata.json";
    await place([{ from: raw.join(metadata), to: publicDir.join(metadata) }]);

    await writePyJson(publicDir.file("train_metadata.json"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), answers.withColumn("encoded_pixels", samples));
    await writeCsv(privateDir.file("answers.csv"), answers);
  },
});

interface Mask {
  readonly height: number;
  readonly width: number;
  /** Whether the pixel holds exactly 1. */
  isSet(row: number, column: number): boolean;
}

/** A mask of height, width and one channel. */
async function readMask(path: string): Promise<Mask> {
  const { shape, values } = await readNpyNumbers(path);
  const [height = 0, width = 0, channels = 1] = shape;
  if (channels !== 1) throw new NpyFormatError(path, `it is no mask but ${shape.join(" x ")} numbers`);
  return { height, width, isSet: (row, column) => values[row * width + column] === 1 };
}

/** Runs `start length` of set pixels, counted from 1 down the first column, then the next. */
function encodeMask({ height, width, isSet }: Mask): string {
  const parts: number[] = [];
  const pixels = height * width;
  for (let pixel = 0, start = -1; pixel <= pixels; pixel++) {
    const set = pixel < pixels && isSet(pixel % height, Math.floor(pixel / height));
    if (set && start === -1) start = pixel;
    if (set || start === -1) continue;
    parts.push(start + 1, pixel - start);
    start = -1;
  }
  return parts.length === 0 ? EMPTY_MASK : parts.join(" ");
}
