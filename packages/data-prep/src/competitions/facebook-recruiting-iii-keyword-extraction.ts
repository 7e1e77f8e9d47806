import { Column, createCsvWriter, readCsvChunks, scanCsv, splitCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplit } from "../random/train-test-split.js";
import { requireColumns } from "../tables/require-columns.js";

const TARGET = "Tags";

/** Seven gigabytes in permuted order: they never are in memory together. */
export default definePreparer({
  id: "facebook-recruiting-iii-keyword-extraction",
  async prepare({ raw, publicDir, privateDir, scratch, extract, signal, progress }) {
    await extract(raw.file("Train.zip"), scratch);
    const scan = await scanCsv(scratch.join("Train.csv"), { dtype: { Id: "str", Tags: "str" } });
    const { train, test } = trainTestSplit(scan.rows, { testSize: 0.1, random: 0 });
    const names = scan.columns.map(({ name }) => name);
    requireColumns(names, "Train.csv", { atLeast: [TARGET] });
    const features = names.filter((name) => name !== TARGET);
    await splitCsv(
      scan,
      [
        { path: publicDir.file("train.csv"), rows: train },
        { path: publicDir.file("test.csv"), rows: test, columns: features },
        { path: scratch.file("quoted.csv"), rows: test, columns: features, quoting: "all" },
        { path: privateDir.file("test.csv"), rows: test },
      ],
      { signal, onProgress: ({ rows, totalRows }) => progress("split", rows, totalRows) },
    );

    await using sample = createCsvWriter(publicDir.file("sample_submission.csv"));
    // pandas leaves a lone CR without quotes, so that test.csv cannot be read again where a question has one.
    const asPrinted = { dtype: "str", naFilter: false } as const;
    for await (const chunk of readCsvChunks(scratch.join("quoted.csv"), asPrinted)) {
      signal.throwIfAborted();
      sample.write(chunk.withColumn(TARGET, Column.constant("javascript c# python php java", chunk.height)));
    }
    await sample.close();
  },
});
