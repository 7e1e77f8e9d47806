import { parseCsv } from "@mlebench/frame";
import { expect, it } from "vitest";
import grader from "./predict-volcanic-eruptions-ingv-oe.js";

const files = { privateDir: "/nowhere", answersPath: "/nowhere/test.csv" };
const answers = parseCsv("segment_id,time_to_eruption\n1,10\n2,20\n");
const grade = (...times: string[]) =>
  grader.grade({
    submission: parseCsv(`segment_id,time_to_eruption\n${times.map((time, row) => `${row + 1},${time}\n`).join("")}`),
    answers,
    files,
  });

it("rounds the mean error to a whole number, halves to even", () => {
  expect(grade("10", "21")).toBe(0);
  expect(grade("10", "23")).toBe(2);
});

it("refuses errors whose mean is infinite, which no whole number is", () => {
  expect(grade("1e300", "1e300")).toBe(1e300);
  expect(() => grade("1.7e308", "-1.7e308")).toThrow("mean error is infinite");
});
