import { Column, DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { splitByGroup } from "../tables/split-by-group.js";
import { textCells } from "../tables/text-cells.js";

const IMAGE = "image_id";
const CLASS = "class_id";
const BOX = ["x_min", "y_min", "x_max", "y_max"];
const NO_FINDING = 14;

export default definePreparer({
  id: "vinbigdata-chest-xray-abnormalities-detection",
  async prepare({ raw, publicDir, privateDir, place }) {
    const all = await readCsv(raw.file("train.csv"));
    const { train, test, trainGroups, testGroups } = splitByGroup(all, IMAGE, { testSize: 0.1, random: 0 });
    const answers = consensus(test);

    for (const [folder, images] of [
      ["train", trainGroups],
      ["test", testGroups],
    ] as const) {
      const names = images.map((image) => `${image}.dicom`);
      await place(names.map((name) => ({ from: raw.join("train", name), to: publicDir.join(folder, name) })));
    }

    const sample = new DataFrame([[IMAGE, Column.from(testGroups)]]).withColumn("PredictionString", "14 1 0 0 1 1");
    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("answers.csv"), answers);
    await writeCsv(privateDir.file("gold_submission.csv"), goldSubmission(answers));
  },
});

/** One row per image and class: of every column the first value that is there, whichever radiologist gave it. */
function consensus(test: DataFrame): DataFrame {
  const groups = test.groupBy([IMAGE, CLASS]);
  const names = [IMAGE, CLASS, ...test.columns.filter((name) => name !== IMAGE && name !== CLASS)];
  const firsts = new DataFrame(
    names.map((name) => {
      const column = test.column(name);
      const rows = groups.map(({ rows }) => rows.find((row) => !column.isMissing(row)) ?? rows[0]!);
      return [name, column.take(rows)] as const;
    }),
  ).fillMissing(0n);
  const classes = firsts.column(CLASS).numbers();
  return ["x_max", "y_max"].reduce((table, name) => {
    const isWhole = (row: number) => classes[row] === NO_FINDING;
    // Upstream adds a column that is not there, with gaps where there is a finding.
    const column = table.has(name) ? table.column(name) : Column.constant(Number.NaN, table.height);
    if (!column.isNumeric) {
      return table.withColumn(name, Column.object(column.cells().map((cell, row) => (isWhole(row) ? 1 : cell))));
    }
    const changed = column.numbers().map((value, row) => (isWhole(row) ? 1 : value));
    return table.withColumn(name, column.kind === "int64" ? Column.int64(changed) : Column.float64(changed));
  }, firsts);
}

function goldSubmission(answers: DataFrame): DataFrame {
  const classes = textCells(answers, CLASS);
  const boxes = BOX.map((name) => textCells(answers, name));
  const images = answers.groupBy(IMAGE);
  return new DataFrame([
    [IMAGE, Column.object(images.map(({ keys }) => keys[0]!))],
    [
      "PredictionString",
      Column.object(
        images.map(({ rows }) =>
          rows.map((row) => `${classes[row]} 1.0 ${boxes.map((side) => side[row]).join(" ")}`).join(" "),
        ),
      ),
    ],
  ]);
}
