// Competitions whose preparation does nothing but compute.
import { copyFile } from "node:fs/promises";

const ROUNDS = 600_000_000;

/** Ids of as many competitions as a measurement may want. */
export const IDS = ["burning-1", "burning-2", "burning-3", "burning-4"];

export default function burning({ registerCompetition, definePreparer, registerPreparer }) {
  for (const id of IDS) {
    registerCompetition({
      competition: {
        id,
        name: id,
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
    });
    registerPreparer(
      definePreparer({
        id,
        async prepare({ raw, publicDir, privateDir }) {
          let x = 1;
          for (let round = 0; round < ROUNDS; round += 1) x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
          if (x === 0) throw new Error("never");
          await copyFile(raw.file("all.csv"), publicDir.file("sample_submission.csv"));
          await copyFile(raw.file("all.csv"), privateDir.file("test.csv"));
        },
      }),
    );
  }
}
