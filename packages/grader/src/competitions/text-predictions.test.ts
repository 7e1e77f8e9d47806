import { parseCsv } from "@mlebench/frame";
import { expect, it } from "vitest";
import chaii from "./chaii-hindi-and-tamil-question-answering.js";
import seedlings from "./plant-seedlings-classification.js";

const files = { privateDir: "/nowhere", answersPath: "/nowhere/answers.csv" };
const COMPETITIONS = [
  [chaii.id, chaii, "id,PredictionString"],
  [seedlings.id, seedlings, "file,species"],
] as const;

it.each(COMPETITIONS)("%s takes gaps among texts, but not among True and False or numbers", (_, grader, header) => {
  const answers = parseCsv(`${header}\na,Maize\nb,Charlock\n`);
  const grade = (...cells: [string, string]) =>
    grader.grade({ submission: parseCsv(`${header}\na,${cells[0]}\nb,${cells[1]}\n`), answers, files });
  expect(grade("Maize", "")).toBe(0.5);
  expect(() => grade("True", "")).toThrow(/has true|read as "True"|has "True"/i);
  expect(() => grade("1", "")).toThrow(/has 1|read as 1/);
});
