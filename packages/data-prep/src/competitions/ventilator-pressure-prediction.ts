import { Column, type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import { requireColumns } from "../tables/require-columns.js";
import { wrapIntegers } from "../tables/wrap-integers.js";

const FORMAT = { floatFormat: "%.10g" };
const TARGET = "pressure";
const DTYPES = {
  id: "int64",
  breath_id: "int64",
  R: "int64",
  C: "int64",
  time_step: "float64",
  u_in: "float64",
  u_out: "int64",
  [TARGET]: "float64",
} as const;
/** Upstream holds these in fewer bits than a CSV may have. */
const BITS = { id: 32, breath_id: 32, R: 8, C: 8, u_out: 8 } as const;

/** Breaths are split as wholes; time steps are numbered anew within their part. */
export default definePreparer({
  id: "ventilator-pressure-prediction",
  async prepare({ raw, publicDir, privateDir }) {
    const read = await readCsv(raw.file("train.csv"), { dtype: DTYPES });
    requireColumns(read.columns, "train.csv", { count: 8, usually: Object.keys(DTYPES) });
    let all = read;
    for (const [name, bits] of Object.entries(BITS)) {
      if (read.has(name)) all = all.withColumn(name, wrapIntegers(read.column(name), bits));
    }
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
