import { parseCsv } from "@mlebench/frame";
import { expect, it } from "vitest";
import grader from "./us-patent-phrase-to-phrase-matching.js";

const files = { privateDir: "/nowhere", answersPath: "/nowhere/test.csv" };
const answers = parseCsv("id,score\na,0.0\nb,0.5\nc,1.0\n");
const grade = (...scores: string[]) =>
  grader.grade({
    submission: parseCsv(`id,score\n${scores.map((s, i) => `${"abc"[i]},${s}\n`).join("")}`),
    answers,
    files,
  });

it.each(["0.25", "1", "inf", "same", "True"])("gives NaN when all scores are %s", (score) => {
  expect(grade(score, score, score)).toBeNaN();
});

it.each([
  ["text", "0", "1", "x"],
  ["a gap", "0", "1", ""],
  ["gaps only", "", "", ""],
  ["an infinity", "inf", "inf", "-inf"],
])("refuses %s", (_, ...scores) => {
  expect(() => grade(...scores)).toThrow(/must hold numbers only|missing values|infinite values/);
});
