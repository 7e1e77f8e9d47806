import { Column, compareCodePoints, DataFrame, readCsvChunks, scanCsv, splitCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { requireColumns } from "../tables/require-columns.js";

const TEST_DAYS = 7;
const COLUMNS = ["t_dat", "customer_id", "article_id", "price", "sales_channel_id"];

/** No randomness: the last days are the test set. */
export default definePreparer({
  id: "h-and-m-personalized-fashion-recommendations",
  async prepare({ raw, publicDir, privateDir, place, placeTree, signal, progress }) {
    const copied = ["articles.csv", "customers.csv", "sample_submission.csv"];
    raw.require("transactions_train.csv", "images", ...copied);
    const scan = await scanCsv(raw.file("transactions_train.csv"));
    requireColumns(
      scan.columns.map(({ name }) => name),
      "transactions_train.csv",
      { exactly: COLUMNS },
    );

    let last = "";
    for await (const chunk of readCsvChunks(scan)) {
      signal.throwIfAborted();
      for (const date of chunk.column("t_dat").unique()) if (String(date) > last) last = String(date);
    }
    const firstTestDay = daysBefore(last, TEST_DAYS);

    const isTrain = new Uint8Array(scan.rows);
    const articles = new Map<string, string[]>();
    let row = 0;
    for await (const chunk of readCsvChunks(scan)) {
      signal.throwIfAborted();
      const [dates, customers, ids] = ["t_dat", "customer_id", "article_id"].map((name) => chunk.column(name)) as [
        Column,
        Column,
        Column,
      ];
      for (let index = 0; index < chunk.height; index++, row++) {
        if (dates.text(index) < firstTestDay) {
          isTrain[row] = 1;
          continue;
        }
        const customer = customers.text(index);
        const bought = articles.get(customer);
        if (bought) bought.push(ids.text(index));
        else articles.set(customer, [ids.text(index)]);
      }
    }
    await splitCsv(scan, [{ path: publicDir.file("transactions_train.csv"), keep: isTrain, columns: COLUMNS }], {
      signal,
      onProgress: ({ rows, totalRows }) => progress("split", rows, totalRows),
    });

    const customers = [...articles.keys()].sort(compareCodePoints);
    const answers = new DataFrame([
      ["customer_id", Column.object(customers)],
      ["prediction", Column.object(customers.map((customer) => articles.get(customer)!.join(" ")))],
    ]);
    await writeCsv(privateDir.file("answers.csv"), answers);
    await place(copied.map((name) => ({ from: raw.file(name), to: publicDir.join(name) })));
    await placeTree(raw.dir("images").path, publicDir.join("images"));
  },
});

/** Dates are text YYYY-MM-DD, which sorts as the days do. */
function daysBefore(date: string, days: number): string {
  const day = new Date(`${date.slice(0, 10)}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - days);
  return day.toISOString().slice(0, 10);
}
