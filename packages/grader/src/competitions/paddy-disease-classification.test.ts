import { parseCsv } from "@mlebench/frame";
import { expect, it } from "vitest";
import grader from "./paddy-disease-classification.js";

const files = { privateDir: "/nowhere", answersPath: "/nowhere/test.csv" };
const answers = parseCsv("image_id,label\na,blast\nb,tungro\nc,normal\n");
const grade = (...labels: string[]) =>
  grader.grade({
    submission: parseCsv(`image_id,label\n${labels.map((label, row) => `${"abc"[row]},${label}\n`).join("")}`),
    answers,
    files,
  });

it("takes numbers, with gaps too, for labels that are never right", () => {
  expect(grade("1", "2", "3")).toBe(0);
  expect(grade("1.5", "", "3")).toBe(0);
  expect(grade("9223372036854775808", "9223372036854775808", "18446744073709551615")).toBe(0);
});

it("refuses fractions, and whole numbers that only a double can hold together", () => {
  expect(() => grade("1.5", "2", "3")).toThrow("whole numbers");
  expect(() => grade("9223372036854775808", "1", "2")).toThrow("whole numbers of 64 bits");
});
