import { readCsv, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import { requireColumns } from "../tables/require-columns.js";
import { requireDisjoint } from "../tables/require-distinct.js";

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
const COLUMNS = ["id", MOLECULE, "atom_index_0", "atom_index_1", "type", TARGET];

export default definePreparer({
  id: "champs-scalar-coupling",
  async prepare({ raw, publicDir, privateDir, place }) {
    raw.require("train.csv", "structures", ...SIDE_TABLES);
    const all = await readCsv(raw.file("train.csv"));
    requireColumns(all.columns, "train.csv", { count: 6, usually: COLUMNS });
    const molecules = trainTestSplitList(all.groupBy(MOLECULE), { testSize: 0.1, random: 0 });
    const train = all.take(molecules.train.flatMap(({ rows }) => rows));
    const test = all.take(molecules.test.flatMap(({ rows }) => rows));
    requireDisjoint(train, test, "id", "train.csv");
    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.drop(TARGET));
    await writeCsv(publicDir.file("sample_submission.csv"), test.select(["id"]).withColumn(TARGET, 0));
    await writeCsv(privateDir.file("answers.csv"), test);

    // What is known of a molecule is known of train molecules only.
    const trainNames = molecules.train.map(({ keys }) => String(keys[0]));
    for (const name of SIDE_TABLES) {
      const table = await readCsv(raw.file(name));
      const known = new Set(table.column(MOLECULE).cells());
      const lacking = trainNames.find((molecule) => !known.has(molecule));
      if (lacking !== undefined)
        throw new RawDataError(`${name} has no row of ${MOLECULE} ${lacking}, which train.csv has.`);
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
