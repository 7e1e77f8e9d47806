// A competition that costs nothing.
import { copyFile } from "node:fs/promises";

const ID = "nothing";

export default function nothing({
  registerCompetition,
  definePreparer,
  registerPreparer,
  defineGrader,
  registerGrader,
}) {
  registerCompetition({
    competition: {
      id: ID,
      name: "Nothing",
      type: "bench",
      awardsMedals: false,
      prizes: null,
      answers: "private/test.csv",
      sampleSubmission: "public/sample_submission.csv",
      goldSubmission: "private/test.csv",
      metric: "none",
      splits: [],
      category: null,
      sizeGB: null,
    },
    thresholds: { gold: 1, silver: 1, bronze: 1, median: 1, isLowerBetter: false, teams: null, sources: ["made up"] },
  });
  registerPreparer(
    definePreparer({
      id: ID,
      async prepare({ raw, publicDir, privateDir }) {
        await copyFile(raw.file("all.csv"), publicDir.file("sample_submission.csv"));
        await copyFile(raw.file("all.csv"), privateDir.file("test.csv"));
      },
    }),
  );
  registerGrader(defineGrader({ id: ID, grade: () => 0 }));
}
