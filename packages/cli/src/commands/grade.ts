import {
  checkOutputDirectory,
  defaultDataDirectory,
  type GradingReport,
  getCompetition,
  gradeCsv,
  gradeSubmissions,
  medalOf,
  stringifyReport,
  writeAggregateReport,
} from "@mlebench/runner";
import { EXIT } from "../errors.js";
import { type DataOptions, registerCompetitions } from "../options/choose-competitions.js";
import { jsonToStdout, toStderr } from "../output/print.js";

/** `mlebench grade` */
export async function grade(
  options: DataOptions & { readonly submission: string; readonly outputDir: string },
): Promise<void> {
  await registerCompetitions(options.plugIn);
  await checkOutputDirectory(options.outputDir);
  let failed = 0;
  const report = await gradeSubmissions(options.submission, {
    dataDir: options.dataDir ?? defaultDataDirectory(),
    onReport: (each) => toStderr(`${each.submission_path}: ${describe(each)}\n`),
    onFailure: ({ submissionPath }, error) => {
      toStderr(`${submissionPath}: not graded: ${error.message} ${error.hint ?? ""}\n`);
      failed += 1;
    },
  });
  const path = await writeAggregateReport(report, options.outputDir);
  if (failed > 0) process.exitCode = EXIT.failure;
  else if (report.total_runs === 0) toStderr(`${options.submission} names no submission.\n`);
  const { competition_reports: _reports, ...totals } = report;
  jsonToStdout(`${JSON.stringify(totals, null, 4)}\n`);
  toStderr(`Report: ${path}\n`);
}

/** `mlebench grade-sample` */
export async function gradeSample(path: string, competitionId: string, options: DataOptions): Promise<void> {
  await registerCompetitions(options.plugIn);
  getCompetition(competitionId);
  const report = await gradeCsv(path, competitionId, { dataDir: options.dataDir ?? defaultDataDirectory() });
  if (!options.json) toStderr(`${describe(report)}\n`);
  jsonToStdout(`${stringifyReport(report)}\n`);
  // The report says why; scripts see it at the exit code.
  if (!report.valid_submission) process.exitCode = EXIT.failure;
}

function describe(report: GradingReport): string {
  if (!report.valid_submission) return `invalid: ${report.reason ?? "no reason"}`;
  const medal = medalOf(report) ?? "no medal";
  return `score ${report.score}, ${report.above_median ? "above" : "not above"} the median, ${medal}`;
}
