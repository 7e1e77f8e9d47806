import { Column, readCsv, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import type { RawDirectory } from "../raw-directory.js";
import { requireColumns } from "../tables/require-columns.js";
import { textCells } from "../tables/text-cells.js";

/** Of a train case only so many days stay; the later ones become test. */
const MOST_TRAIN_DAYS = 4;

/** Whole cases are test, and the later days of train cases with many days. */
export default definePreparer({
  id: "uw-madison-gi-tract-image-segmentation",
  async prepare({ raw, publicDir, privateDir, placeTree }) {
    const all = await readCsv(raw.file("train.csv"));
    requireColumns(all.columns, "train.csv", { count: 3, usually: ["id", "class", "segmentation"] });
    requireColumns(all.columns, "train.csv", { atLeast: ["id", "segmentation"] });
    const slices = textCells(all, "id").map(parseId);
    const cases = trainTestSplitList([...new Set(slices.map(({ caseName }) => caseName))], {
      testSize: 0.1,
      random: 42,
    });
    const testCases = new Set(cases.test);
    const moved = laterDays(slices.filter(({ caseName }) => !testCases.has(caseName)));
    const isTest = slices.map(({ caseName, caseDay }) => testCases.has(caseName) || moved.get(caseName)?.has(caseDay));
    const train = all.filter((row) => !isTest[row]);
    const test = all.filter((row) => isTest[row] === true);
    const sizes = imageSizes(
      raw.dir("train"),
      slices.filter((_, row) => isTest[row]),
    );
    const named = test.rename({ segmentation: "predicted" });
    const answers = named
      .withColumn("image_width", Column.float64(sizes.map(({ width }) => width)))
      .withColumn("image_height", Column.float64(sizes.map(({ height }) => height)));

    for (const name of cases.test) await placeTree(raw.join("train", name), publicDir.join("test", name));
    for (const name of cases.train) {
      const days = moved.get(name) ?? new Set<string>();
      await placeTree(raw.join("train", name), publicDir.join("train", name), {
        filter: (path) => !days.has(path.split("/", 1)[0]!),
      });
      for (const day of days) await placeTree(raw.join("train", name, day), publicDir.join("test", name, day));
    }

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), named.drop("predicted"));
    await writeCsv(publicDir.file("sample_submission.csv"), named.withColumn("predicted", "1 1 5 2"));
    await writeCsv(privateDir.file("test.csv"), answers);
  },
});

interface Slice {
  readonly caseName: string;
  /** Name of the folder of a day: `case123_day20`. */
  readonly caseDay: string;
  readonly day: number;
  readonly slice: string;
}

function parseId(id: string): Slice {
  const parts = id.split("_");
  const [caseName = "", dayName = ""] = parts;
  const day = /^day(\d+)$/.exec(dayName)?.[1];
  if (day === undefined) throw wrongData(`the id ${JSON.stringify(id)} names no day`);
  return { caseName, caseDay: `${caseName}_${dayName}`, day: Number(day), slice: parts.at(-1)! };
}

/** Folders of the days that leave a case, by case. */
function laterDays(slices: readonly Slice[]): Map<string, Set<string>> {
  const days = new Map<string, Map<string, number>>();
  for (const { caseName, caseDay, day } of slices) {
    const own = days.get(caseName) ?? new Map<string, number>();
    days.set(caseName, own.set(caseDay, day));
  }
  return new Map(
    Array.from(days, ([caseName, own]) => {
      const ordered = [...own].sort(([, a], [, b]) => a - b).map(([caseDay]) => caseDay);
      return [caseName, new Set(ordered.slice(MOST_TRAIN_DAYS))] as const;
    }),
  );
}

/** Width and height of the image of every slice, from its name `slice_<number>_<width>_<height>_...`. */
function imageSizes(images: RawDirectory, slices: readonly Slice[]): { width: number; height: number }[] {
  const namesByDay = new Map<string, Map<string, string[]>>();
  const namesOf = ({ caseName, caseDay }: Slice) => {
    const known = namesByDay.get(caseDay);
    if (known) return known;
    const names = new Map<string, string[]>();
    for (const name of images.dir(caseName, caseDay, "scans").fileNames(".png")) {
      const slice = name.split("_")[1] ?? "";
      names.set(slice, [...(names.get(slice) ?? []), name]);
    }
    namesByDay.set(caseDay, names);
    return names;
  };
  return slices.map((slice) => {
    const names = namesOf(slice).get(slice.slice) ?? [];
    const [, width, height] = /^slice_[^_]*_(\d+)_(\d+)_/.exec(names[0] ?? "") ?? [];
    if (names.length !== 1 || width === undefined || height === undefined) {
      throw wrongData(`${slice.caseDay} has ${names.length} images of slice ${slice.slice}`);
    }
    return { width: Number(width), height: Number(height) };
  });
}

function wrongData(problem: string): RawDataError {
  return new RawDataError(`The raw data are not as expected: ${problem}.`);
}
