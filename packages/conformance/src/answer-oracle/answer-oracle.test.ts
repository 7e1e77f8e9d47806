import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { testRandom } from "@mlebench/base/testing";
import { getCompetition } from "@mlebench/competitions";
import { listGraders } from "@mlebench/grader";
import { describe, expect, it } from "vitest";
import { parseCsv } from "../csv-grid.js";
import { BUNDLED_KIT, listKit } from "../kit.js";
import { readZip } from "../zip.js";
import { compareWords } from "./compare-words.js";
import { REASON_GROUPS } from "./reason-sources.js";
import { reasonTable } from "./reason-table.js";

const random = testRandom("answer oracle");
const all = Object.assign(
  {},
  ...REASON_GROUPS.map(({ answers }) => answers),
) as (typeof REASON_GROUPS)[number]["answers"];

/** Grading looks at a part of these only, and the answers say at which; all others are in the slow test. */
const PARTIAL: readonly (readonly [id: string, secret: string])[] = [
  ["AI4Code", "which cell of a notebook comes first"],
  ["3d-object-detection-for-autonomous-vehicles", "which classes are in a scene"],
  ["freesound-audio-tagging-2019", "which clips have a label"],
  ["h-and-m-personalized-fashion-recommendations", "which customers bought something"],
  ["jigsaw-toxic-comment-classification-challenge", "which comments are scored"],
  ["osic-pulmonary-fibrosis-progression", "which weeks were measured last"],
  ["stanford-covid-vaccine", "which bases are kept"],
  ["spaceship-titanic", "which passengers were transported"],
  ["tensorflow2-question-answering", "which questions have an answer"],
];

describe("validation says the same whatever the answers are", () => {
  it.each(PARTIAL)("%s does not tell %s", async (id) => {
    const seed = Math.floor(random() * 2 ** 32);
    const compared = await compareWords(id, all[id]!, { seed, permutations: 2, spoiledRows: 4, mutations: 4 });
    expect(compared.differences, `seed ${seed}`).toEqual([]);
    // Else nothing was asked.
    expect(compared.invalid).toBeGreaterThan(20);
  });

  it.each(listKit(BUNDLED_KIT))("%s has no id in its answers that the sample submission lacks", async (id) => {
    const { files } = await readZip(await readFile(join(BUNDLED_KIT, id, "prepared.zip")));
    const { answers, sampleSubmission } = getCompetition(id);
    const [answersText, sampleText] = [answers, sampleSubmission].map((name) =>
      Buffer.from(files.get(name)!).toString(),
    );
    const sample = parseCsv(sampleText!);
    const sampleCells = new Set(sample.rows.flat());
    const source = all[id]!;
    if (source.format === "jsonl") {
      const ids = answersText!
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { example_id: string }).example_id);
      const unknown = ids.filter((own) => !sampleCells.has(`${own}_long`) || !sampleCells.has(`${own}_short`));
      expect(unknown).toEqual([]);
      return;
    }
    const table = parseCsv(answersText!);
    const names = source.kept.filter((name) => sample.header.includes(name));
    expect(names).not.toEqual([]);
    const cells = names.flatMap((name) => table.rows.map((row) => row[table.header.indexOf(name)]!));
    expect(cells.filter((cell) => !sampleCells.has(cell))).toEqual([]);
  });

  it("has every grader in one group of the security document's table", async () => {
    expect(REASON_GROUPS.flatMap(({ answers }) => Object.keys(answers)).sort()).toEqual([...listGraders()].sort());
    const document = fileURLToPath(new URL("../../../../docs/security.md", import.meta.url));
    // The formatter fills the cells of a table up with blanks, and its ruler with dashes.
    const plain = (markdown: string): string => markdown.replaceAll(/ +\|/g, " |").replaceAll(/-{3,}/g, "---");
    expect(plain(await readFile(document, "utf8"))).toContain(reasonTable());
  });
});
