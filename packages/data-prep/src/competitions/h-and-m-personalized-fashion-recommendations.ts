import {
  type Cell,
  Column,
  compareCells,
  DataFrame,
  readCsvChunks,
  scanCsv,
  splitCsv,
  writeCsv,
} from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { requireColumns } from "../tables/require-columns.js";

const FILE = "transactions_train.csv";
const TEST_DAYS = 7;
const MILLISECONDS_PER_DAY = 86_400_000;
const COLUMNS = ["t_dat", "customer_id", "article_id", "price", "sales_channel_id"];

/** No randomness: the last days are the test set. */
export default definePreparer({
  id: "h-and-m-personalized-fashion-recommendations",
  async prepare({ raw, publicDir, privateDir, place, placeTree, signal, progress }) {
    const copied = ["articles.csv", "customers.csv", "sample_submission.csv"];
    raw.require(FILE, "images", ...copied);
    const scan = await scanCsv(raw.file(FILE));
    requireColumns(
      scan.columns.map(({ name }) => name),
      FILE,
      { exactly: COLUMNS },
    );

    let [last, rowsBefore] = [Number.NEGATIVE_INFINITY, 0];
    const times = createTimes();
    for await (const chunk of readCsvChunks(scan)) {
      signal.throwIfAborted();
      const dates = chunk.column("t_dat");
      for (let row = 0; row < chunk.height; row++) last = Math.max(last, times(dates, row, rowsBefore));
      rowsBefore += chunk.height;
    }
    const firstTestTime = last - TEST_DAYS * MILLISECONDS_PER_DAY;

    const isTrain = new Uint8Array(scan.rows);
    const articles = new Map<Cell, string[]>();
    let row = 0;
    for await (const chunk of readCsvChunks(scan)) {
      signal.throwIfAborted();
      const [dates, customers, ids] = ["t_dat", "customer_id", "article_id"].map((name) => chunk.column(name)) as [
        Column,
        Column,
        Column,
      ];
      for (let index = 0; index < chunk.height; index++, row++) {
        // A row without a date is in no week.
        if (dates.isMissing(index) || times(dates, index, 0) < firstTestTime) {
          isTrain[row] = 1;
          continue;
        }
        const customer = customers.get(index);
        if (customer === null) continue;
        const bought = articles.get(customer);
        if (bought) bought.push(ids.text(index));
        else articles.set(customer, [ids.text(index)]);
      }
    }
    await splitCsv(scan, [{ path: publicDir.file("transactions_train.csv"), keep: isTrain, columns: COLUMNS }], {
      signal,
      onProgress: ({ rows, totalRows }) => progress("split", rows, totalRows),
    });

    const customers = [...articles.keys()].sort(compareCells);
    const answers = new DataFrame([
      ["customer_id", Column.from(customers)],
      ["prediction", Column.object(customers.map((customer) => articles.get(customer)!.join(" ")))],
    ]);
    await writeCsv(privateDir.file("answers.csv"), answers);
    await place(copied.map((name) => ({ from: raw.file(name), to: publicDir.join(name) })));
    await placeTree(raw.dir("images").path, publicDir.join("images"));
  },
});

/** Milliseconds of the date in a row; minus infinity where there is none. */
function createTimes(): (dates: Column, row: number, rowsBefore: number) => number {
  const known = new Map<string, number>();
  return (dates, row, rowsBefore) => {
    if (dates.isMissing(row)) return Number.NEGATIVE_INFINITY;
    // pandas takes a number for nanoseconds.
    if (dates.isNumeric) return dates.numbers()[row]! / 1e6;
    const text = dates.text(row);
    const before = known.get(text);
    if (before !== undefined) return before;
    const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
    if (Number.isNaN(time)) {
      throw new RawDataError(
        `${FILE} has the t_dat ${JSON.stringify(text)} in row ${rowsBefore + row + 1}; expected YYYY-MM-DD.`,
      );
    }
    known.set(text, time);
    return time;
  };
}
