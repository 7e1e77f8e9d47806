import { registerCompetition } from "@mlebench/competitions";
import { toyCompetition } from "@mlebench/competitions/testing";
import { readCsv, writeCsv } from "@mlebench/frame";
import { writeZip } from "../archives/write-zip.js";
import { definePreparer } from "../preparer.js";
import { registerPreparer } from "../preparers.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export const MADE_UP_ID = "made-up-competition";

/** A competition of every kind of work at once: a table, an inner archive, files that go through, a file made from it. */
export const madeUpPreparer = definePreparer({
  id: MADE_UP_ID,
  async prepare({ raw, publicDir, privateDir, scratch, extract, place, progress }) {
    const all = await readCsv(raw.file("train.csv"));
    await extract(raw.file("images.zip"), scratch);
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });
    progress("tables", 0, 4);
    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.drop("label"));
    progress("tables", 2, 4);
    await writeCsv(publicDir.file("sample_submission.csv"), test.withColumn("label", 0));
    await writeCsv(privateDir.file("test.csv"), test);
    for (const [part, rows] of Object.entries({ train, test })) {
      await place(
        rows
          .column("id")
          .cells()
          .map((id) => ({ from: scratch.join("images", `${id}.png`), to: publicDir.join(part, `${id}.png`) })),
      );
    }
    await place([{ from: raw.join("notes.txt"), to: publicDir.join("notes.txt") }]);
    await writeZip(
      publicDir.file("packed.zip"),
      all
        .head(50)
        .column("id")
        .cells()
        .map((id) => ({ name: `${id}.png`, path: scratch.join("images", `${id}.png`) })),
    );
  },
});

/** Makes it known to this process. */
export function registerMadeUpCompetition(checksums?: {
  zip?: string;
  public: Record<string, string>;
  private: Record<string, string>;
}): void {
  registerCompetition({
    competition: toyCompetition(MADE_UP_ID),
    checksums,
  });
  registerPreparer(madeUpPreparer);
}

/** The raw zip, as Kaggle would serve it. */
export async function writeMadeUpZip(path: string, options: { readonly rows: number }): Promise<void> {
  const ids = Array.from({ length: options.rows }, (_, row) => `image${row}`);
  const images = `${path}.images.zip`;
  await writeZip(
    images,
    ids.map((id) => ({ name: `images/${id}.png`, content: `${id} `.repeat(200) })),
  );
  const table = `id,label,value\n${ids.map((id, row) => `${id},${row % 2},${row / 7}\n`).join("")}`;
  await writeZip(path, [
    { name: "train.csv", content: table },
    { name: "notes.txt", content: "notes" },
    { name: "images.zip", path: images },
  ]);
}
