import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createPrepareContext } from "../prepare-context.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import preparer from "./osic-pulmonary-fibrosis-progression.js";

const root = mkdtempSync(join(tmpdir(), "mlebench-osic-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const HEADER = ["Patient", "Weeks", "FVC", "Percent", "Age", "Sex", "SmokingStatus"];
const PATIENTS = Array.from({ length: 20 }, (_, index) => `ID${String(index).padStart(2, "0")}`);
const ROWS = PATIENTS.flatMap((patient) =>
  [2, 3, 5].map((week) => [patient, week, 2000 + week, 70.5, 60, "Male", "No"]),
);

let count = 0;
async function prepare(rows: readonly (readonly (string | number)[])[]): Promise<(name: string) => string> {
  const directory = join(root, String(count++));
  for (const patient of PATIENTS) mkdirSync(join(directory, "raw/train", patient), { recursive: true });
  writeFileSync(join(directory, "raw/train.csv"), rows.map((row) => `${row.join(",")}\n`).join(""));
  const context = createPrepareContext({
    competitionId: preparer.id,
    rawDirectory: join(directory, "raw"),
    publicDirectory: join(directory, "public"),
    privateDirectory: join(directory, "private"),
    scratchDirectory: join(directory, "scratch"),
  });
  await preparer.prepare(context);
  return (name) => readFileSync(join(directory, name), "utf8").split("\n")[0]!;
}

describe("osic-pulmonary-fibrosis-progression", () => {
  it("keeps the columns in the order of the raw table, keys first in what is grouped and joined", async () => {
    const first = await prepare([HEADER, ...ROWS].map((row) => row.toReversed()));
    expect(first("public/train.csv")).toBe(HEADER.toReversed().join(","));
    expect(first("public/test.csv")).toBe("Patient,SmokingStatus,Sex,Age,Percent,FVC,Weeks");
    expect(first("private/test.csv")).toBe("Patient,Weeks,SmokingStatus,Sex,Age,Percent,FVC,Patient_Week,Confidence");
  });

  it("refuses a column too many and says which", async () => {
    const extra = [[...HEADER, "extra"], ...ROWS.map((row) => [...row, 1])];
    await expect(prepare(extra)).rejects.toMatchObject({
      code: "DATA_PREP_RAW_DATA",
      message: expect.stringMatching(/^train\.csv has the 8 columns .*, extra; expected 7 .*Not expected: extra\./),
    });
  });

  it("refuses a test patient with a week twice and names both; a train patient may have one", async () => {
    const { train, test } = trainTestSplitList(PATIENTS, { testSize: 0.1, random: 0 });
    const twice = (patients: readonly string[]) => [
      HEADER,
      ...ROWS,
      ...ROWS.filter(([patient, week]) => patients.includes(String(patient)) && week === 3),
    ];
    await expect(prepare(twice(train))).resolves.toBeDefined();
    // Upstream counts rows, so it takes what all of them have.
    await expect(prepare(twice(test))).resolves.toBeDefined();
    await expect(prepare(twice([test[0]!]))).rejects.toThrow(
      `train.csv repeats week 3 of patient ${test[0]}: 5 rows for 4 weeks.`,
    );
  });

  it.each(["9223372036854775807", "4294967297"])("names a week of %s, its row and its patient", async (week) => {
    const rows = ROWS.map((row, at) => (at % 3 === 1 ? [row[0]!, week, ...row.slice(2)] : row));
    await expect(prepare([HEADER, ...rows])).rejects.toMatchObject({
      code: "DATA_PREP_RAW_DATA",
      message: expect.stringMatching(
        new RegExp(
          `^train\\.csv has Weeks of test patients from 2 \\(row \\d+, patient ID\\d\\d\\) to ${week} \\(row \\d+, patient ID\\d\\d\\)`,
        ),
      ),
    });
  });
});
