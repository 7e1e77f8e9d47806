import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, writeAtomically } from "@mlebench/base";
import { getCompetition } from "@mlebench/competitions";
import { GraderError, SubmissionListError } from "./errors.js";
import { gradeCsv } from "./grade-csv.js";
import { type AggregateReport, aggregateReports, type GradingReport, stringifyReport } from "./grading-report.js";
import { fileTimestamp } from "./python-datetime.js";

/** What {@link gradeSubmissions} takes. */
export interface GradeSubmissionsOptions {
  /** Data directory in MLE-bench's layout. */
  readonly dataDir: string;
  /** Where a competition's leaderboard CSV is, if it is to be used. @default the bundled thresholds for all */
  readonly leaderboardPathOf?: (competitionId: string) => string | undefined;
  /** Larger submissions are invalid; see {@link gradeCsv}. */
  readonly maxBytes?: number;
  /** Goes into every report. @default the moment each was graded */
  readonly createdAt?: Date;
  readonly signal?: AbortSignal;
  /** Called after each submission. */
  readonly onReport?: (report: GradingReport) => void;
  /** Called for a line that could not be graded; the others are graded all the same. @default it ends everything */
  readonly onFailure?: (line: SubmissionLine, error: GraderError) => void;
}

/** One line of the list. */
export interface SubmissionLine {
  readonly competitionId: string;
  readonly submissionPath: string;
}

/**
 * Grades every submission of a list: a file of JSON objects, one per line, with `competition_id` and `submission_path`
 * (relative to the working directory); other keys, blank lines and lines that begin with `#` or `//` are ignored.
 * All lines are checked before the first is graded.
 * @returns the reports of the lines that could be graded.
 * @throws SubmissionListError for a list that cannot be used; UnknownCompetitionError; without `onFailure` as
 * {@link gradeCsv}.
 */
export async function gradeSubmissions(jsonlPath: string, options: GradeSubmissionsOptions): Promise<AggregateReport> {
  const lines = parseSubmissionList(await readList(jsonlPath), jsonlPath);
  for (const { competitionId } of lines) getCompetition(competitionId);
  const reports: GradingReport[] = [];
  for (const line of lines) {
    const leaderboardPath = options.leaderboardPathOf?.(line.competitionId);
    try {
      const report = await gradeCsv(line.submissionPath, line.competitionId, { ...options, leaderboardPath });
      reports.push(report);
      options.onReport?.(report);
    } catch (error) {
      if (options.onFailure === undefined || !GraderError.is(error)) throw error;
      options.onFailure(line, error);
    }
  }
  return aggregateReports(reports);
}

/** The lines of a list of submissions. `path` is for messages only. */
export function parseSubmissionList(text: string, path: string): SubmissionLine[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#") || trimmed.startsWith("//")) return [];
    return [parseLine(trimmed, `line ${index + 1}`, path)];
  });
}

/**
 * Writes an aggregate report as upstream names it: `<YYYY-MM-DDTHH-MM-SS-GMT>_grading_report.json`.
 * @param outputDir created when missing.
 * @returns the path of the file.
 */
export async function writeAggregateReport(
  report: AggregateReport,
  outputDir: string,
  options: { readonly now?: Date } = {},
): Promise<string> {
  const path = join(outputDir, `${fileTimestamp(options.now ?? new Date())}_grading_report.json`);
  await writeAtomically(path, stringifyReport(report));
  return path;
}

async function readList(path: string): Promise<string> {
  try {
    const status = await stat(path);
    // A pipe would wait for whoever writes to it.
    if (!status.isFile()) throw new Error(status.isDirectory() ? "it is a folder" : "it is no regular file");
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new SubmissionListError(path, messageOf(cause), { cause });
  }
}

function parseLine(line: string, where: string, path: string): SubmissionLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new SubmissionListError(path, `${where} is not JSON: ${JSON.stringify(line.slice(0, 80))}`, { cause });
  }
  if (typeof value !== "object" || value === null) throw new SubmissionListError(path, `${where} is not an object.`);
  const field = (name: string): string => {
    const found = name in value ? (value as Record<string, unknown>)[name] : undefined;
    if (typeof found !== "string" || found === "") throw new SubmissionListError(path, `${where} has no ${name}.`);
    return found;
  };
  return { competitionId: field("competition_id"), submissionPath: field("submission_path") };
}
