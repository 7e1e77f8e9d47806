import { Column, DataFrame, merge, readCsv, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import { requireColumns } from "../tables/require-columns.js";
import { requireText } from "../tables/require-text.js";

const COLUMNS = ["Patient", "Weeks", "FVC", "Percent", "Age", "Sex", "SmokingStatus"];
const FILE = "train.csv";
/** The real grid has some thousand rows; one that is far larger comes of weeks that are no weeks. */
const MOST_GRID_ROWS = 10_000_000;

/** Test patients show one visit; a prediction is asked for every week between the first and the last of all of them. */
export default definePreparer({
  id: "osic-pulmonary-fibrosis-progression",
  async prepare({ raw, publicDir, privateDir, placeTree }) {
    const all = await readCsv(raw.file(FILE));
    requireColumns(all.columns, FILE, { count: COLUMNS.length, usually: COLUMNS });
    requireText(
      all.filter((row) => !all.column("Patient").isMissing(row)),
      "Patient",
      FILE,
    );
    const patients = trainTestSplitList(all.groupBy("Patient"), { testSize: 0.1, random: 0 });
    const train = all.take(patients.train.flatMap(({ rows }) => rows));
    const test = all.take(patients.test.flatMap(({ rows }) => rows));
    const answers = weeklyGrid(test);

    for (const [folder, groups] of Object.entries(patients)) {
      for (const { keys } of groups) {
        const patient = String(keys[0]);
        await placeTree(raw.dir("train", patient).path, publicDir.join(folder, patient));
      }
    }
    const sample = answers.select(["Patient_Week"]).withColumn("FVC", 2000).withColumn("Confidence", 100);
    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), firstVisits(test));
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test.csv"), answers);
  },
});

/** Per patient the first value of each column that is not missing, in order of weeks; the patient's column comes first. */
function firstVisits(test: DataFrame): DataFrame {
  const visits = test.sort("Weeks");
  const patients = visits.groupBy("Patient");
  return new DataFrame(
    ["Patient", ...visits.columns.filter((name) => name !== "Patient")].map((name) => {
      const column = visits.column(name);
      const rows = patients.map(({ rows }) => rows.find((row) => !column.isMissing(row)) ?? rows[0]!);
      return [name, column.take(rows)] as const;
    }),
  );
}

/** One row per patient and week; weeks without a visit have gaps. */
function weeklyGrid(test: DataFrame): DataFrame {
  const patients = test.column("Patient").unique().map(String);
  const { first, last } = weekRange(test, patients.length);
  const keys = patients.flatMap((patient) =>
    Array.from({ length: last - first + 1 }, (_, index) => ({ patient, week: first + index })),
  );
  const grid = new DataFrame([
    ["Patient", Column.object(keys.map(({ patient }) => patient))],
    ["Weeks", Column.int64(keys.map(({ week }) => week))],
  ]);
  const joined = merge(grid, test, { on: ["Patient", "Weeks"], how: "left" });
  requireEqualGroups(joined, last - first + 1);
  const ids = Array.from({ length: joined.height }, (_, row) =>
    [joined.column("Patient").text(row), joined.column("Weeks").text(row)].join("_"),
  );
  return joined.withColumn("Patient_Week", Column.object(ids)).withColumn("Confidence", 100);
}

function weekRange(test: DataFrame, patients: number): { readonly first: number; readonly last: number } {
  const weeks = test.column("Weeks");
  const place = (row: number) =>
    `${weeks.text(row)} (row ${Number(test.indexLevels()[0]!.column.get(row)) + 1}, patient ${test.column("Patient").text(row)})`;
  if (weeks.kind !== "int64") {
    const odd = Array.from({ length: weeks.length }, (_, row) => row).find((row) => !Number.isInteger(weeks.get(row)));
    throw new RawDataError(
      `${FILE} has Weeks that are not whole numbers${odd === undefined ? "" : `: ${place(odd)}`}.`,
    );
  }
  const numbers = weeks.numbers();
  let [lowest, highest] = [0, 0];
  for (const [row, week] of numbers.entries()) {
    if (week < numbers[lowest]!) lowest = row;
    if (week > numbers[highest]!) highest = row;
  }
  const [first, last] = [numbers[lowest]!, numbers[highest]!];
  const rows = (last - first + 1) * patients;
  if (rows > MOST_GRID_ROWS || !Number.isSafeInteger(first) || !Number.isSafeInteger(last)) {
    throw new RawDataError(
      `${FILE} has Weeks of test patients from ${place(lowest)} to ${place(highest)}: a row for every week and patient cannot be made.`,
    );
  }
  return { first, last };
}

/** A week that a patient has twice makes two rows of it; upstream refuses when patients then differ in rows. */
function requireEqualGroups(grid: DataFrame, weeks: number): void {
  const groups = grid.groupBy("Patient");
  if (new Set(groups.map(({ rows }) => rows.length)).size <= 1) return;
  const [most] = groups.sort((a, b) => b.rows.length - a.rows.length);
  const week = grid.column("Weeks");
  const twice = most!.rows.find((row, index) => index > 0 && week.get(row) === week.get(most!.rows[index - 1]!));
  throw new RawDataError(
    `${FILE} repeats week ${twice === undefined ? "?" : week.text(twice)} of patient ${String(most!.keys[0])}: ${most!.rows.length} rows for ${weeks} weeks.`,
    "Use the competition's own file; a test patient has no week twice.",
  );
}
