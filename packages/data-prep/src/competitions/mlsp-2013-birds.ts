import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { writeAtomically } from "@mlebench/base";
import { Column, DataFrame, parsePyInt, readCsv, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { sampleRows } from "../random/sample-rows.js";
import { RawDirectory } from "../raw-directory.js";
import { textCells } from "../tables/text-cells.js";

const SPECIES = 19;
const PICTURE_FOLDERS = ["filtered_spectrograms", "spectrograms", "supervised_segmentation", "segmentation_examples"];
const SEGMENT_FILES = ["histogram_of_segments.txt", "segment_features.txt", "segment_rectangles.txt"];
/** Upstream gives all three segment files this header. */
const SEGMENT_HEADER = "rec_id,[histogram of segment features]";

/** The recordings of fold 0 are numbered anew, and a fifth of them becomes the test set. */
export default definePreparer({
  id: "mlsp-2013-birds",
  async prepare({ raw, publicDir, privateDir, scratch, extract, place }) {
    await extract(raw.file("mlsp_contest_dataset.zip"), scratch);
    const dataset = new RawDirectory(scratch.path).dir("mlsp_contest_dataset");
    const [essential, supplemental] = [dataset.dir("essential_data"), dataset.dir("supplemental_data")];

    const folds = await readCsv(essential.file("CVfolds_2.txt"));
    const fold = folds.column("fold").numbers();
    const oldIds = folds
      .column("rec_id")
      .numbers()
      .filter((_, row) => fold[row] === 0);
    const newIds = new Map(Array.from(oldIds, (id, position) => [id, position] as const));
    const testIds = new Set(sampleRows(oldIds.length, { fraction: 0.2, random: 0 }));
    const newFold = Array.from(oldIds, (_, position) => (testIds.has(position) ? 1 : 0));
    const newFolds = folds
      .filter((row) => fold[row] === 0)
      .withColumn("rec_id", Column.range(oldIds.length))
      .withColumn("fold", folds.column("fold").kind === "float64" ? Column.float64(newFold) : Column.int64(newFold));
    await writeCsv(publicDir.file("essential_data", "CVfolds_2.txt"), newFolds);

    const allNames = await readCsv(essential.file("rec_id2filename.txt"));
    const nameIds = allNames.column("rec_id").numbers();
    const names = allNames.filter((row) => newIds.has(nameIds[row]!));
    if (names.height !== oldIds.length) {
      throw new RawDataError(
        `rec_id2filename.txt names ${names.height} recordings of fold 0, and CVfolds_2.txt has ${oldIds.length}.`,
      );
    }
    const renumbered = Array.from(names.column("rec_id").numbers(), (id) => newIds.get(id)!);
    await writeCsv(
      publicDir.file("essential_data", "rec_id2filename.txt"),
      names.withColumn("rec_id", Column.int64(renumbered)),
    );

    const labels: { readonly id: number; readonly labels: string }[] = [];
    for await (const { id, rest } of mappedLines(essential.file("rec_labels_test_hidden.txt"), newIds)) {
      labels.push({ id, labels: rest });
    }
    await writeLines(
      publicDir.file("essential_data", "rec_labels_test_hidden.txt"),
      "rec_id,[labels]",
      labels.map((line) =>
        testIds.has(line.id) ? `${line.id},?` : line.labels === "" ? `${line.id}` : `${line.id},${line.labels}`,
      ),
    );
    const hidden = labels.filter(({ id }) => testIds.has(id));
    if (hidden.length !== testIds.size) {
      throw new RawDataError(
        `rec_labels_test_hidden.txt has labels of ${hidden.length} test recordings; expected ${testIds.size}.`,
      );
    }
    await writeCsv(privateDir.file("answers.csv"), presence(hidden));
    const sample = presence([...testIds].sort((a, b) => a - b).map((id) => ({ id, labels: "" })));
    await writeCsv(publicDir.file("sample_submission.csv"), sample);

    for (const name of SEGMENT_FILES) {
      const lines: string[] = [];
      for await (const { id, rest } of mappedLines(supplemental.file(name), newIds)) lines.push(`${id},${rest}`);
      await writeLines(publicDir.file("supplemental_data", name), SEGMENT_HEADER, lines);
    }

    const recordings = textCells(names, "filename");
    publicDir.dir("essential_data", "src_wavs");
    for (const folder of PICTURE_FOLDERS) publicDir.dir("supplemental_data", folder);
    const whole = [
      ["essential_data", "species_list.txt"],
      ...["segment_clusters.bmp", "segment_mosaic.bmp"].map((name) => ["supplemental_data", name]),
    ];
    const wavs = recordings.map((name) => ["essential_data", "src_wavs", `${name}.wav`]);
    const pictures = PICTURE_FOLDERS.flatMap((folder) =>
      recordings
        .map((name) => ["supplemental_data", folder, `${name}.bmp`])
        .filter((path) => folder !== "segmentation_examples" || dataset.exists(...path)),
    );
    await place(
      [...whole, ...wavs, ...pictures].map((path) => ({ from: dataset.join(...path), to: publicDir.join(...path) })),
    );
  },
});

/** One row per recording and species: Id = 100 times the recording + the species. */
function presence(recordings: readonly { readonly id: number; readonly labels: string }[]): DataFrame {
  const ids: number[] = [];
  const probabilities: number[] = [];
  for (const { id, labels } of recordings) {
    const present = new Set(
      labels
        .split(",")
        .filter((label) => label !== "")
        .map((label) => {
          const species = parsePyInt(label);
          if (species !== undefined) return Number(species);
          throw new RawDataError(
            `rec_labels_test_hidden.txt has the label ${JSON.stringify(label)}; expected a number.`,
          );
        }),
    );
    for (let species = 0; species < SPECIES; species++) {
      ids.push(id * 100 + species);
      probabilities.push(present.has(species) ? 1 : 0);
    }
  }
  return new DataFrame([
    ["Id", Column.int64(ids)],
    ["Probability", Column.int64(probabilities)],
  ]);
}

/** The lines after the first whose leading recording is mapped, with its new number and what follows the first comma. */
async function* mappedLines(
  path: string,
  newIds: ReadonlyMap<number, number>,
): AsyncGenerator<{ readonly id: number; readonly rest: string }> {
  let isHeader = true;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    const comma = line.indexOf(",");
    const field = comma < 0 ? line : line.slice(0, comma);
    const oldId = parsePyInt(field);
    if (oldId === undefined) {
      throw new RawDataError(
        `${path} has a line that does not begin with a recording's number: ${JSON.stringify(line.slice(0, 60))}.`,
      );
    }
    const id = newIds.get(Number(oldId));
    if (id !== undefined) yield { id, rest: comma < 0 ? "" : line.slice(comma + 1) };
  }
}

function writeLines(path: string, header: string, lines: readonly string[]): Promise<void> {
  return writeAtomically(path, [header, ...lines, ""].join("\n"));
}
