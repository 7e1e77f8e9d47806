// Adds up what every workspace's test run wrote to .test-results.json, names the tests that passed on a second try only, and closes with one plain line.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const totals = { passed: 0, failed: 0, skipped: 0 };
for (const parent of ["packages", "examples"]) {
  for (const name of readdirSync(`${root}${parent}`).sort()) {
    const file = `${root}${parent}/${name}/.test-results.json`;
    if (!existsSync(file)) continue;
    const result = JSON.parse(readFileSync(file, "utf8"));
    totals.passed += result.numPassedTests;
    totals.failed += result.numFailedTests;
    totals.skipped += result.numPendingTests;
    for (const test of result.testResults.flatMap((file) => file.assertionResults)) {
      if (test.status === "passed" && test.failureMessages.length > 0)
        console.log(`Passed on the second try: ${name}: ${test.fullName}\n  ${test.failureMessages[0].split("\n")[0]}`);
    }
  }
}
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
if (totals.passed === 0 || totals.failed > 0) process.exit(1);
