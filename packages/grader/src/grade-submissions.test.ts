import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { gradeSubmissions, parseSubmissionList, writeAggregateReport } from "./grade-submissions.js";
import { parseReport } from "./grading-report.js";

const ID = "spaceship-titanic";
const directory = mkdtempSync(join(tmpdir(), "grade-submissions-"));
const dataDir = join(directory, "data");
const list = (text: string) => {
  writeFileSync(join(directory, "list.jsonl"), text);
  return join(directory, "list.jsonl");
};

beforeAll(() => {
  mkdirSync(join(dataDir, ID, "prepared", "private"), { recursive: true });
  const answers = "PassengerId,Transported\n1,True\n2,False\n3,True\n";
  writeFileSync(join(dataDir, ID, "prepared", "private", "test.csv"), answers);
  writeFileSync(join(directory, "good.csv"), answers);
});
afterAll(() => rmSync(directory, { recursive: true }));

it("grades every line in order and adds the reports up", async () => {
  const path = list(
    [
      "# a comment",
      JSON.stringify({ competition_id: ID, submission_path: join(directory, "good.csv"), run: 7 }),
      "// another",
      "",
      JSON.stringify({ competition_id: ID, submission_path: join(directory, "none.csv") }),
    ].join("\n"),
  );
  const seen: string[] = [];
  const report = await gradeSubmissions(path, {
    dataDir,
    onReport: ({ submission_path }) => seen.push(basename(submission_path)),
  });
  expect(report).toMatchObject({ total_runs: 2, total_runs_with_submissions: 1, total_gold_medals: 1 });
  expect(seen).toEqual(["good.csv", "none.csv"]);

  const written = await writeAggregateReport(report, join(directory, "out"), { now: new Date(0) });
  expect(basename(written)).toBe("1970-01-01T00-00-00-GMT_grading_report.json");
  expect(readdirSync(join(directory, "out"))).toEqual([basename(written)]);
  expect(parseReport(readFileSync(written, "utf8"))).toEqual(report);
});

it("grades the other lines when one competition is not prepared, and says which was not graded", async () => {
  const submission = join(directory, "good.csv");
  const lines = [ID, "leaf-classification", ID].map((id) => ({ competition_id: id, submission_path: submission }));
  const path = list(lines.map((line) => JSON.stringify(line)).join("\n"));
  const failures: unknown[] = [];
  const report = await gradeSubmissions(path, {
    dataDir,
    onFailure: ({ competitionId }, { code }) => failures.push([competitionId, code]),
  });
  expect(report).toMatchObject({ total_runs: 2, total_valid_submissions: 2 });
  expect(failures).toEqual([["leaf-classification", "ANSWERS_UNREADABLE"]]);
  await expect(gradeSubmissions(path, { dataDir })).rejects.toMatchObject({ code: "ANSWERS_UNREADABLE" });
});

it.each([
  ["{", /line 1 is not JSON/],
  ["\n[1]", /line 2 has no competition_id/],
  ["3", /line 1 is not an object/],
  ['{"competition_id":"x"}', /no submission_path/],
  ['{"competition_id":"x","submission_path":null}', /no submission_path/],
])("refuses the list %j", (text, reason) => {
  expect(() => parseSubmissionList(text, "list.jsonl")).toThrow(reason);
});

it("refuses a list that is not there, and an unknown competition before anything is graded", async () => {
  await expect(gradeSubmissions(join(directory, "no.jsonl"), { dataDir })).rejects.toMatchObject({
    code: "SUBMISSION_LIST_INVALID",
  });
  await expect(gradeSubmissions(directory, { dataDir })).rejects.toMatchObject({
    code: "SUBMISSION_LIST_INVALID",
    message: expect.stringContaining("it is a folder"),
  });
  const seen: unknown[] = [];
  const path = list(
    `${JSON.stringify({ competition_id: ID, submission_path: "a.csv" })}\n${JSON.stringify({ competition_id: "x", submission_path: "a.csv" })}`,
  );
  await expect(gradeSubmissions(path, { dataDir, onReport: (report) => seen.push(report) })).rejects.toMatchObject({
    code: "COMPETITION_UNKNOWN",
  });
  expect(seen).toEqual([]);
});
