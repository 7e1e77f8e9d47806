// Twenty small competitions for tests: echo the answers of a table with two rows.
import { TOY_THRESHOLDS, toyCompetition } from "@mlebench/competitions/testing";

const COUNT = 20;

export default function toys({ registerCompetition, definePreparer, registerPreparer, defineGrader, registerGrader }) {
  for (let number = 1; number <= COUNT; number += 1) {
    const id = `toy-${String(number).padStart(2, "0")}`;
    registerCompetition({
      competition: toyCompetition(id, { name: `Toy ${number}` }),
      thresholds: TOY_THRESHOLDS,
    });
    registerPreparer(
      definePreparer({
        id,
        async prepare({ raw, publicDir, privateDir }) {
          const { copyFile, writeFile } = await import("node:fs/promises");
          await copyFile(raw.file("all.csv"), publicDir.file("sample_submission.csv"));
          await copyFile(raw.file("all.csv"), privateDir.file("test.csv"));
          await writeFile(publicDir.file("description.md"), `# Toy ${number}\n`);
        },
      }),
    );
    registerGrader(
      defineGrader({ id, grade: ({ submission, answers }) => (submission.height === answers.height ? 1 : 0) }),
    );
  }
}
