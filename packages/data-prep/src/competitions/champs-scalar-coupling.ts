import { readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplitList } from "../random/train-test-split.js";

const SIDE_TABLES = [
  "structures.csv",
  "dipole_moments.csv",
  "magnetic_shielding_tensors.csv",
  "mulliken_charges.csv",
  "potential_energy.csv",
  "scalar_coupling_contributions.csv",
];
const MOLECULE = "molecule_name";
const TARGET = "scalar_coupling_constant";

export default definePreparer({
  id: "champs-scalar-coupling",
  async prepare({ raw, publicDir, privateDir, place }) {
    raw.require("train.csv", "structures", ...SIDE_TABLES);
    const all = await readCsv(raw.file("train.csv"));
    const molecules = trainTestSplitList(all.groupBy(MOLECULE), { testSize: 0.1, random: 0 });
    const train = all.take(molecules.train.flatMap(({ rows }) => rows));
    const test = all.take(molecules.test.flatMap(({ rows }) => rows));
    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.drop(TARGET));
    await writeCsv(publicDir.file("sample_submission.csv"), test.select(["id"]).withColumn(TARGET, 0));
    await writeCsv(privateDir.file("answers.csv"), test);

    // What is known of a molecule is known of train molecules only.
    const trainNames = molecules.train.map(({ keys }) => String(keys[0]));
    for (const name of SIDE_TABLES) {
      const table = await readCsv(raw.file(name));
      await writeCsv(publicDir.file(name), table.filter(table.column(MOLECULE).isIn(trainNames)));
    }
    await place(
      trainNames.map((name) => ({
        from: raw.join("structures", `${name}.xyz`),
        to: publicDir.join("structures", `${name}.xyz`),
      })),
    );
  },
});
