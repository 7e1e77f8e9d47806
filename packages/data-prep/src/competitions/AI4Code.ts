import { readFile } from "node:fs/promises";
import { Column, DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { JsonObject } from "../py-json/json-object.js";
import { parsePyJson } from "../py-json/parse-py-json.js";
import { RandomState } from "../random/random-state.js";
import { requireObject, wrongMetadata } from "../records/json-access.js";
import { textCells } from "../tables/text-cells.js";

const MOST_TEST_ROWS = 20_000;
/** Some ids look like numbers. */
const TEXT_COLUMNS = { id: "str", ancestor_id: "str", parent_id: "str", cell_order: "str" } as const;

/** Families of notebooks stay together; they fill the test set in random order as long as they fit. */
export default definePreparer({
  id: "AI4Code",
  async prepare({ raw, publicDir, privateDir, place, signal, progress }) {
    const read = (name: string) => readCsv(raw.file(name), { dtype: TEXT_COLUMNS });
    const ancestors = await read("train_ancestors.csv");
    const orders = await read("train_orders.csv");
    const shuffled = ancestors.take(new RandomState(0).permutation(ancestors.height));
    const ids = textCells(shuffled, "id");
    const testIds = new Set<string>();
    let testRows = 0;
    // Notebooks without an ancestor are one family, too.
    const families = shuffled.withColumn("ancestor_id", Column.object(textCells(shuffled, "ancestor_id")));
    for (const { rows } of families.groupBy("ancestor_id", { sort: false })) {
      if (testRows + rows.length > MOST_TEST_ROWS) continue;
      testRows += rows.length;
      for (const row of rows) testIds.add(ids[row]!);
    }

    if (testRows !== MOST_TEST_ROWS) {
      throw new RawDataError(
        `train_ancestors.csv gives ${testRows} rows to the test part; expected ${MOST_TEST_ROWS}.`,
      );
    }
    const trainIds = new Set(ids.filter((id) => !testIds.has(id)));
    const placeNotebooks = (chosen: Iterable<string>, folder: string) =>
      place(
        Array.from(chosen, (id) => ({
          from: raw.join("train", `${id}.json`),
          to: publicDir.join(folder, `${id}.json`),
        })),
      );
    await placeNotebooks(trainIds, "train");
    await placeNotebooks(testIds, "test");

    const orderIds = textCells(orders, "id");
    const testOrders = orders.filter((row) => testIds.has(orderIds[row]!));
    if (testOrders.height === 0) throw new RawDataError("train_orders.csv has no notebook of the test part.");
    const cellOrders: string[] = [];
    for (const id of textCells(testOrders, "id")) {
      signal.throwIfAborted();
      cellOrders.push(await cellIds(raw.file("train", `${id}.json`)));
      progress("sample submission", cellOrders.length, testOrders.height);
    }
    const sample = new DataFrame([
      ["id", testOrders.column("id")],
      ["cell_order", Column.object(cellOrders)],
    ]);
    await writeCsv(
      publicDir.file("train_orders.csv"),
      orders.filter((row) => trainIds.has(orderIds[row]!)),
    );
    await writeCsv(
      publicDir.file("train_ancestors.csv"),
      shuffled.filter((row) => !testIds.has(ids[row]!)),
    );
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test_orders.csv"), testOrders);
  },
});

/** The cells of a notebook in the order of its file. */
async function cellIds(path: string): Promise<string> {
  const cells = requireObject(parsePyJson(await readFile(path)), path).get("cell_type");
  if (!(cells instanceof JsonObject)) throw wrongMetadata(`${path} has no object cell_type`);
  return cells.keys().join(" ");
}
