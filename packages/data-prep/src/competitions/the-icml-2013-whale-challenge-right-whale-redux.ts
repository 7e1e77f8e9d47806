import { Column, DataFrame, writeCsv } from "@mlebench/frame";
import { writeZip } from "../archives/write-zip.js";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { RawDirectory } from "../raw-directory.js";

const DAYS = 4;

/** Clips of four days: two days to learn from, two to be tested on. */
export default definePreparer({
  id: "the-icml-2013-whale-challenge-right-whale-redux",
  async prepare({ raw, publicDir, privateDir, scratch, extract, signal }) {
    await extract(raw.file("train2.zip"), scratch);
    const clips = new RawDirectory(scratch.path).dir("train2");
    const names = clips.fileNames();
    const dayOf = (name: string) => name.split("_")[0]!;
    const days = [...new Set(names.map(dayOf))];
    if (days.length !== DAYS) throw new RawDataError(`train2.zip has clips of ${days.length} days; expected ${DAYS}.`);
    const odd = names.find((name) => !name.endsWith(".aif"));
    if (odd !== undefined) throw new RawDataError(`train2.zip has ${odd} in train2; expected .aif clips only.`);
    const ofDays = (chosen: readonly string[]) => names.filter((name) => chosen.includes(dayOf(name)));
    const train = ofDays(days.slice(0, 2));
    const test = ofDays(days.slice(2, 4));

    const zipClips = (folder: string, sources: readonly string[], newNames: readonly string[]) =>
      writeZip(
        publicDir.file(`${folder}.zip`),
        [
          { name: `${folder}/`, directory: true as const },
          ...sources.map((source, index) => ({ name: `${folder}/${newNames[index]}`, path: clips.join(source) })),
        ],
        { signal },
      );
    const trainNames = train.map((name, index) => name.replace(/TRAIN\d+/g, `TRAIN${index}`));
    const testNames = test.map((name, index) => `${name.split("TRAIN")[0]}Test${index}.aif`);
    await zipClips("train2", train, trainNames);
    await zipClips("test2", test, testNames);

    const answers = new DataFrame([
      ["clip", Column.object(testNames)],
      ["probability", Column.int64(test.map((name) => (name.replace(/\.[^.]*$/, "").endsWith("_1") ? 1 : 0)))],
    ]);
    await writeCsv(publicDir.file("sampleSubmission.csv"), answers.withColumn("probability", 0));
    await writeCsv(privateDir.file("test.csv"), answers);
  },
});
