import { Column, compareCodePoints, DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { listTar } from "../archives/extract-tar.js";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { PyRandom } from "../random/py-random.js";

const COPIED = [
  "training1.tar.gz",
  "training2.tar.gz",
  "training3.tar.gz",
  "validation1.tar.gz",
  "validation2.tar.gz",
  "validation3.tar.gz",
  "devel01-40.7z",
  "valid_all_files_combined.7z",
  "sample_code_mmrgc.zip",
];
const GESTURES = Array.from({ length: 20 }, (_, index) => index + 1);

/** The fourth training archive is the test set; archives are handed on as they are. */
export default definePreparer({
  id: "multi-modal-gesture-recognition",
  async prepare({ raw, publicDir, privateDir, place, signal }) {
    raw.require("training.csv", "training4.tar.gz", ...COPIED);
    const testIds = await sampleIds(raw.file("training4.tar.gz"), signal);
    const all = await readCsv(raw.file("training.csv"), {
      dtype: { Id: "str", Sequence: "str" },
      floatPrecision: "high",
    });
    const inTest = all.column("Id").isIn(testIds);
    const found = inTest.filter(Boolean).length;
    if (found !== testIds.length) {
      throw new RawDataError(
        `training.csv has ${found} rows of the ${testIds.length} samples of training4.tar.gz; expected one of each.`,
      );
    }
    const random = new PyRandom(0);
    const guesses = testIds.map(() => random.sample(GESTURES, GESTURES.length).join(" "));
    const ids = new DataFrame([["Id", Column.object(testIds)]]);

    await place([
      { from: raw.file("training4.tar.gz"), to: publicDir.join("test.tar.gz") },
      ...COPIED.map((name) => ({ from: raw.file(name), to: publicDir.join(name) })),
    ]);
    await writeCsv(publicDir.file("training.csv"), all.filter(inTest.map((isTest) => !isTest)));
    await writeCsv(publicDir.file("test.csv"), ids);
    await writeCsv(publicDir.file("randomPredictions.csv"), ids.withColumn("Sequence", Column.object(guesses)));
    await writeCsv(privateDir.file("test.csv"), all.filter(inTest));
  },
});

/** `Sample00300.zip` at the top level holds sample `0300`. */
async function sampleIds(archivePath: string, signal: AbortSignal): Promise<string[]> {
  const ids: string[] = [];
  for (const { name, kind } of await listTar(archivePath, { signal })) {
    const file = name.replace(/^\.\//, "");
    if (kind === "file" && !file.includes("/") && file.endsWith(".zip")) ids.push(file.slice(0, -4).slice(-4));
  }
  return ids.sort(compareCodePoints);
}
