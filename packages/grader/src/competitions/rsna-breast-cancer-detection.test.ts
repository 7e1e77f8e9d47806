import { parseCsv } from "@mlebench/frame";
import { expect, it } from "vitest";
import grader from "./rsna-breast-cancer-detection.js";

const files = { privateDir: "/nowhere", answersPath: "/nowhere/answers.csv" };
const answers = parseCsv("prediction_id,cancer\na,1\nb,0\nc,1\n");
const grade = (...values: string[]) =>
  grader.grade({
    submission: parseCsv(`prediction_id,cancer\n${values.map((value, row) => `${"abc"[row]},${value}\n`).join("")}`),
    answers,
    files,
  });

it("scores 0 with a gap, among numbers and among True and False", () => {
  expect(grade("True", "False", "True")).toBe(1);
  expect(grade("1", "0", "")).toBe(0);
  expect(grade("True", "False", "")).toBe(0);
});

it("refuses text", () => {
  expect(() => grade("True", "0", "1")).toThrow('row 1 has "True"');
});
