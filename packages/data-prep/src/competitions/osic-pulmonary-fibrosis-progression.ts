import { type Cell, Column, DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplitList } from "../random/train-test-split.js";

const COLUMNS = ["Patient", "Weeks", "FVC", "Percent", "Age", "Sex", "SmokingStatus"];

/** Test patients show one visit; a prediction is asked for every week between the first and the last of all of them. */
export default definePreparer({
  id: "osic-pulmonary-fibrosis-progression",
  async prepare({ raw, publicDir, privateDir, placeTree }) {
    const all = (await readCsv(raw.file("train.csv"))).select(COLUMNS);
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

/** Per patient the first value of each column that is not missing, in order of weeks. */
function firstVisits(test: DataFrame): DataFrame {
  const visits = test.sort("Weeks");
  const patients = visits.groupBy("Patient");
  return new DataFrame(
    COLUMNS.map((name) => {
      const column = visits.column(name);
      const rows = patients.map(({ rows }) => rows.find((row) => !column.isMissing(row)) ?? rows[0]!);
      return [name, column.take(rows)] as const;
    }),
  );
}

/** One row per patient and week; weeks without a visit have gaps. */
function weeklyGrid(test: DataFrame): DataFrame {
  const weeks = test.column("Weeks").numbers();
  const [first, last] = [Math.min(...weeks), Math.max(...weeks)];
  const patients = test.column("Patient").unique().map(String);
  const rowOf = new Map<string, number>(
    Array.from(weeks, (week, row) => [`${test.column("Patient").text(row)}_${week}`, row]),
  );
  const ids = patients.flatMap((patient) =>
    Array.from({ length: last - first + 1 }, (_, index) => `${patient}_${first + index}`),
  );
  const joined = (name: string): Cell[] =>
    ids.map((id) => {
      const row = rowOf.get(id);
      return row === undefined ? null : test.column(name).get(row);
    });
  const weekOf = (id: string) => Number(id.slice(id.lastIndexOf("_") + 1));
  return new DataFrame([
    ["Patient", Column.object(ids.map((id) => id.slice(0, id.lastIndexOf("_"))))],
    ["Weeks", Column.int64(ids.map(weekOf))],
    ...["FVC", "Percent", "Age"].map(
      (name) =>
        [name, Column.float64(joined(name).map((cell) => (cell === null ? Number.NaN : Number(cell))))] as const,
    ),
    ...["Sex", "SmokingStatus"].map((name) => [name, Column.object(joined(name))] as const),
    ["Patient_Week", Column.object(ids)],
    ["Confidence", Column.constant(100, ids.length)],
  ]);
}
