import { DataFrame, toCsv } from "@mlebench/frame";
import { expect, it } from "vitest";
import { oneHotAnswers } from "./one-hot-answers.js";

const options = { id: "id", target: "author", classes: ["EAP", "HPL"] };

it("has the id and the classes, whatever other columns the table has and in which order", () => {
  const table = DataFrame.fromCells({ extra: [1, 2], author: ["HPL", "EAP"], id: ["x", "y"] });
  expect(toCsv(oneHotAnswers(table, options))).toBe("id,EAP,HPL\nx,0,1\ny,1,0\n");
});

it("gives a class that is not known a column of its own with gaps, and a missing one a column without a name", () => {
  const table = DataFrame.fromCells({ id: ["x", "y", "z"], author: ["XYZ", "EAP", null] });
  expect(toCsv(oneHotAnswers(table, options))).toBe("id,EAP,HPL,XYZ,\nx,0,0,1.0,\ny,1,0,,\nz,0,0,,1.0\n");
});
