import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type GradingReport, stringifyReport } from "@mlebench/grader";
import { gradingReportFileName, upstreamGradingReport } from "@mlebench/scorer";

/** Writes upstream's `<time>_grading_report.json` of some reports. @returns its path. */
export async function writeUpstreamReport(
  reports: readonly GradingReport[],
  directory: string,
  now: Date = new Date(),
): Promise<string> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, gradingReportFileName(now));
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, stringifyReport(upstreamGradingReport(reports)));
  await rename(temporary, path);
  return path;
}
