import { Column, type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplitList } from "../random/train-test-split.js";

const FORMAT = { floatFormat: "%.10g" };
const TARGET = "pressure";

/** Breaths are split as wholes; time steps are numbered anew within their part. */
export default definePreparer({
  id: "ventilator-pressure-prediction",
  async prepare({ raw, publicDir, privateDir }) {
    const all = await readCsv(raw.file("train.csv"), {
      dtype: { time_step: "float64", u_in: "float64", [TARGET]: "float64" },
    });
    const breaths = trainTestSplitList(all.groupBy("breath_id"), { testSize: 0.1, random: 0 });
    const take = (groups: typeof breaths.train): DataFrame => {
      const rows = Uint32Array.from(groups.flatMap(({ rows }) => rows));
      const ids = Float64Array.from(rows, (_, index) => index + 1);
      return all.take(rows).withColumn("id", Column.int64(ids));
    };
    const train = take(breaths.train);
    const test = take(breaths.test);

    await writeCsv(publicDir.file("train.csv"), train, FORMAT);
    await writeCsv(publicDir.file("test.csv"), test.drop(TARGET), FORMAT);
    await writeCsv(publicDir.file("sample_submission.csv"), test.select(["id"]).withColumn(TARGET, 0));
    await writeCsv(privateDir.file("test.csv"), test, FORMAT);
  },
});
