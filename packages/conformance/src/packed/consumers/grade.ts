import { mkdir, writeFile } from "node:fs/promises";
import { gradeCsv, validateSubmission } from "@mlebench/grader";

const rows = ["0001_01,True", "0002_01,False", "0003_01,True", "0003_02,False"];
await mkdir("data/spaceship-titanic/prepared/private", { recursive: true });
await writeFile(
  "data/spaceship-titanic/prepared/private/test.csv",
  ["PassengerId,Transported", ...rows, ""].join("\n"),
);
await writeFile("submission.csv", ["PassengerId,Transported", ...rows.slice(0, 3), "0003_02,True", ""].join("\n"));
await writeFile("broken.csv", ["Passenger,Transported", ...rows, ""].join("\n"));

const report = await gradeCsv("submission.csv", "spaceship-titanic", { dataDir: "data" });
const validation = await validateSubmission("broken.csv", "spaceship-titanic", { dataDir: "data" });
console.log(
  JSON.stringify({
    score: report.score,
    valid: report.valid_submission,
    invalidReason: validation.valid ? "" : validation.reason,
  }),
);
