// Twenty small competitions for tests: echo the answers of a table with two rows.
const COUNT = 20;

export default function toys({ registerCompetition, definePreparer, registerPreparer, defineGrader, registerGrader }) {
  for (let number = 1; number <= COUNT; number += 1) {
    const id = `toy-${String(number).padStart(2, "0")}`;
    registerCompetition({
      competition: {
        id,
        name: `Toy ${number}`,
        type: "test",
        awardsMedals: false,
        prizes: null,
        answers: "private/test.csv",
        sampleSubmission: "public/sample_submission.csv",
        goldSubmission: "private/test.csv",
        metric: "accuracy",
        splits: [],
        category: null,
        sizeGB: null,
      },
      thresholds: {
        gold: 1,
        silver: 0.9,
        bronze: 0.8,
        median: 0.5,
        isLowerBetter: false,
        teams: null,
        sources: ["made up"],
      },
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
