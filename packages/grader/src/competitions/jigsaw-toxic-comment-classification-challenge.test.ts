import { parseCsv } from "@mlebench/frame";
import { expect, it } from "vitest";
import grader from "./jigsaw-toxic-comment-classification-challenge.js";

const HEADER = "id,toxic,severe_toxic,obscene,threat,insult,identity_hate\n";
const files = { privateDir: "/nowhere", answersPath: "/nowhere/test.csv" };
const ROWS = 40;
const id = (row: number) => String(row).padStart(4, "0");
const answers = parseCsv(
  HEADER + Array.from({ length: ROWS }, (_, row) => `${id(row)}${`,${row % 2}`.repeat(6)}\n`).join(""),
);

it("leaves rows that share an id in their order when the ids are in order already", () => {
  // Rows 2k and 2k+1 share an id; only in this order are they as the answers want them.
  const lines = Array.from({ length: ROWS }, (_, row) => `${id(row - (row % 2))}${`,${row % 2}`.repeat(6)}\n`);
  const grade = (text: string) => grader.grade({ submission: parseCsv(HEADER + text), answers, files });
  expect(grade(lines.join(""))).toBe(1);
  expect(grade([...lines.slice(20), ...lines.slice(0, 20)].join(""))).toBeLessThan(1);
});
