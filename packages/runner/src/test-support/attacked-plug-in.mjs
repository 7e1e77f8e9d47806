// A competition whose answers and thresholds can be recognised wherever they turn up.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { TOY_THRESHOLDS, toyCompetition } from "@mlebench/competitions/testing";

export const ATTACKED_ID = "attacked-competition";
export const ANSWER_MARK = "sealed-answer-5b1f";
export const THRESHOLD_MARK = "918273645";
const ROWS = 20;

/** The raw file: every row's label is a mark of its own. */
export function rawRows() {
  const rows = Array.from({ length: ROWS }, (_, index) => `row-${index},${ANSWER_MARK}-${index}`);
  return ["id,label", ...rows, ""].join("\n");
}

export default function attacked({
  registerCompetition,
  registerPreparer,
  definePreparer,
  defineGrader,
  registerGrader,
  InvalidSubmissionError,
}) {
  registerCompetition({
    competition: toyCompetition(ATTACKED_ID),
    thresholds: { ...TOY_THRESHOLDS, gold: Number(`0.${THRESHOLD_MARK}`) },
  });
  registerPreparer(
    definePreparer({
      id: ATTACKED_ID,
      async prepare({ raw, publicDir, privateDir }) {
        const ids = readFileSync(raw.file("all.csv"), "utf8").match(/^row-\d+/gm);
        const withLabels = (label) => ["id,label", ...ids.map((id) => `${id},${label}`), ""].join("\n");
        writeFileSync(publicDir.file("description.md"), "# Label the rows\n");
        writeFileSync(publicDir.file("test.csv"), `id\n${ids.join("\n")}\n`);
        writeFileSync(publicDir.file("sample_submission.csv"), withLabels("guess"));
        copyFileSync(raw.file("all.csv"), privateDir.file("test.csv"));
      },
    }),
  );
  registerGrader(
    defineGrader({
      id: ATTACKED_ID,
      grade({ submission, answers }) {
        if (submission.height !== answers.height) throw new InvalidSubmissionError("The number of rows is wrong.");
        const cells = (frame, name) => Array.from({ length: frame.height }, (_, row) => frame.column(name).get(row));
        const wantedIds = cells(answers, "id");
        if (cells(submission, "id").some((id, row) => id !== wantedIds[row])) {
          throw new InvalidSubmissionError("The ids are wrong.");
        }
        const wanted = cells(answers, "label");
        return cells(submission, "label").filter((label, row) => label === wanted[row]).length / wanted.length;
      },
    }),
  );
}
