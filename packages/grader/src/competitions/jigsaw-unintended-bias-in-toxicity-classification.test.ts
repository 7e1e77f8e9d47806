import { type DataFrame, parseCsv } from "@mlebench/frame";
import { expect, it } from "vitest";
import grader from "./jigsaw-unintended-bias-in-toxicity-classification.js";

const IDENTITIES =
  "male,female,homosexual_gay_or_lesbian,christian,jewish,muslim,black,white,psychiatric_or_mental_illness";
const answers = parseCsv(
  `id,toxicity,${IDENTITIES}\n${[0, 1, 2, 3, 4, 5, 6, 7]
    .map(
      (id) =>
        `${id},${id % 2},${Array(9)
          .fill(id < 4 ? 1 : 0)
          .join(",")}\n`,
    )
    .join("")}`,
);
const grade = (submission: DataFrame) =>
  grader.grade({ submission, answers, files: { privateDir: "/nowhere", answersPath: "/nowhere/answers.csv" } });
const submission = (...predictions: string[]) =>
  parseCsv(`id,prediction\n${predictions.map((prediction, id) => `${id},${prediction}\n`).join("")}`);

it("takes a gap among True and False for False", () => {
  const perfect = ["False", "True", "False", "True", "False", "True", "False", "True"];
  expect(grade(submission(...perfect))).toBe(1);
  expect(grade(submission(...perfect.with(0, "")))).toBe(1);
  expect(grade(submission(...perfect.with(1, "")))).toBeLessThan(1);
});

it("refuses text, even text that Python would take for a number", () => {
  const almost = ["0", "1", "0", "1", "0", "1", "0", "1_0"];
  expect(() => grade(submission(...almost))).toThrow('row 1, sorted by id, has "0"');
});
