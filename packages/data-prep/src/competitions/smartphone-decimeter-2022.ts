import { Column, concat, type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { trainTestSplitList } from "../random/train-test-split.js";

const TRUTH_FILE = "ground_truth.csv";
const TRUTH_COLUMNS = ["UnixTimeMillis", "LatitudeDegrees", "LongitudeDegrees"];

/** All drives of a day stay on one side. */
export default definePreparer({
  id: "smartphone-decimeter-2022",
  async prepare({ raw, publicDir, privateDir, placeTree }) {
    const drives = raw.dir("train");
    const names = drives.directoryNames();
    const dates = [...new Set(names.map(dateOf))].sort();
    const testDates = new Set(trainTestSplitList(dates, { testSize: 0.1, random: 0 }).test);

    const truths: DataFrame[] = [];
    for (const name of names) {
      const isTest = testDates.has(dateOf(name));
      await placeTree(drives.dir(name).path, publicDir.join(isTest ? "test" : "train", name), {
        filter: (path) => !isTest || path.split("/").at(-1) !== TRUTH_FILE,
      });
      if (!isTest) continue;
      const before = truths.length;
      for (const phone of drives.dir(name).directoryNames()) {
        if (!drives.exists(name, phone, TRUTH_FILE)) continue;
        // Upstream reads these with pandas' default float parser.
        const truth = await readCsv(drives.file(name, phone, TRUTH_FILE), { floatPrecision: "high" });
        const trip = truth.withColumn("tripId", Column.constant(`${name}-${phone}`, truth.height));
        truths.push(trip.select(["tripId", ...TRUTH_COLUMNS]));
      }
      if (truths.length === before) throw new RawDataError(`train/${name} has no phone with a ${TRUTH_FILE}.`);
    }
    await placeTree(raw.dir("metadata").path, publicDir.join("metadata"));

    const answers = concat(truths);
    const sample = answers
      .withColumn("LatitudeDegrees", 37.904611315634504)
      .withColumn("LongitudeDegrees", -86.48107806249548);
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test.csv"), answers);
  },
});

/** `2021-4-8-us-ca-1` was driven on 2021-04-08. */
function dateOf(drive: string): string {
  const [year = "", month = "", day = ""] = drive.split("-");
  if (![year, month, day].every((part) => /^\d+$/.test(part))) {
    throw new RawDataError(`The folder train/${drive} has no date in its name; expected YYYY-MM-DD-... .`);
  }
  return [year, month.padStart(2, "0"), day.padStart(2, "0")].join("-");
}
