import { basename, dirname } from "node:path";
import { Column, compareCodePoints, DataFrame, writeCsv } from "@mlebench/frame";
import { walkFiles } from "../files/walk-files.js";
import { definePreparer } from "../preparer.js";
import { trainTestSplitList } from "../random/train-test-split.js";

interface Clip {
  readonly path: string;
  readonly label: string;
  readonly name: string;
  readonly sortKey: string;
}

export default definePreparer({
  id: "tensorflow-speech-recognition-challenge",
  async prepare({ raw, publicDir, privateDir, scratch, extract, place }) {
    await extract(raw.file("train.7z"), scratch, {
      select: (name) => (name.startsWith("train/audio/") && name.endsWith(".wav") ? name : null),
    });
    const clips: Clip[] = [];
    for (const { path, kind } of walkFiles(scratch.join("train", "audio"))) {
      if (kind !== "file") continue;
      const [label, name] = [basename(dirname(path)), basename(path)];
      clips.push({ path, label, name, sortKey: `${label}_${name}` });
    }
    clips.sort((a, b) => compareCodePoints(a.sortKey, b.sortKey));
    const { train, test } = trainTestSplitList(clips, { testSize: 0.1, random: 0 });

    const testNames = test.map((_, index) => `clip_${String(index).padStart(8, "0")}.wav`);
    const placeIn = (clip: Clip, ...parts: string[]) => ({ from: clip.path, to: publicDir.join(...parts) });
    await place(train.map((clip) => placeIn(clip, "train", "audio", clip.label, clip.name)));
    await place(test.map((clip, index) => placeIn(clip, "test", "audio", testNames[index]!)));

    const answers = new DataFrame([
      ["fname", Column.object(testNames)],
      ["label", Column.object(test.map(({ label }) => label))],
    ]);
    await writeCsv(publicDir.file("sample_submission.csv"), answers.withColumn("label", "silence"));
    await writeCsv(privateDir.file("test.csv"), answers);
  },
});
