import { type DataFrame, type ReadCsvOptions, readCsv } from "@mlebench/frame";

/** Where the files of a prepared competition lie. */
export interface PreparedFiles {
  /** Absolute path of the private folder. */
  readonly privateDir: string;
  /** Absolute path of the answers that the catalogue names. */
  readonly answersPath: string;
}

/** What a grader gets. */
export interface GradeInput<Answers = DataFrame> {
  /** The submission as pandas reads it; an empty file is a table without columns and rows. */
  readonly submission: DataFrame;
  readonly answers: Answers;
  readonly files: PreparedFiles;
}

/** A grader as it is registered. Make one with {@link defineGrader}. */
export interface Grader {
  /** Id of the competition. */
  readonly id: string;
  /** How the submission is read. */
  readonly submissionCsv: ReadCsvOptions;
  /** Submissions of more than 256 MiB are read up to so many times the size of the sample submission. @default 4 */
  readonly timesSample?: number;
  readAnswers(files: PreparedFiles): Promise<unknown>;
  /** What validation asks before it grades; see {@link CsvGraderDefinition}. */
  check?(input: GradeInput<unknown>): void | Promise<void>;
  /** The score before rounding; NaN and infinities are scores too. */
  grade(input: GradeInput<unknown>): number | Promise<number>;
}

interface GraderBasics<Answers> {
  /** Id of the competition; also the name of the file. */
  readonly id: string;
  /** How the submission is read. @default pandas' `read_csv` with round-trip floats, as upstream */
  readonly submissionCsv?: ReadCsvOptions;
  /**
   * Submissions of more than 256 MiB are read up to so many times the size of the sample submission: less for a sample
   * as long as what is handed in, more for one that is much shorter.
   * @default 4
   */
  readonly timesSample?: number;
  /**
   * What validation asks before it grades, and grading does not. Needed where grading looks at some rows or cells only
   * and the answers say at which: whether a fault is found would tell the agent what they say. It finds such faults
   * everywhere, and depends on nothing of the answers but ids that are in the sample submission.
   * @throws InvalidSubmissionError with the reason.
   */
  check?(input: GradeInput<Answers>): void | Promise<void>;
  /**
   * The score of a submission, before rounding.
   * @throws InvalidSubmissionError with the reason when upstream rejects the submission or fails on it. Errors of frame
   * and metrics count as such too; anything else is a defect of the grader.
   */
  grade(input: GradeInput<Answers>): number | Promise<number>;
}

/** What the author of a grader writes when the answers are one CSV, as nearly always. */
export interface CsvGraderDefinition extends GraderBasics<DataFrame> {
  /** How the answers are read. @default as the submission's default */
  readonly answersCsv?: ReadCsvOptions;
}

/** What the author of a grader writes when the answers are something else. */
export interface CustomGraderDefinition<Answers> extends GraderBasics<Answers> {
  /** Reads the answers, after the submission was read. */
  readAnswers(files: PreparedFiles): Answers | Promise<Answers>;
}

/** Makes a grader. The submission is read first, then the answers, then `grade` is called. */
export function defineGrader(definition: CsvGraderDefinition): Grader;
export function defineGrader<Answers>(definition: CustomGraderDefinition<Answers>): Grader;
export function defineGrader(definition: CsvGraderDefinition | CustomGraderDefinition<unknown>): Grader {
  const readAnswers =
    "readAnswers" in definition
      ? async (files: PreparedFiles) => definition.readAnswers(files)
      : async (files: PreparedFiles) => readCsv(files.answersPath, definition.answersCsv);
  return {
    id: definition.id,
    submissionCsv: definition.submissionCsv ?? {},
    timesSample: definition.timesSample,
    readAnswers,
    // The answers have the type that readAnswers gives: all come from one definition.
    check: (input) => (definition as CustomGraderDefinition<unknown>).check?.(input),
    grade: (input) => (definition as CustomGraderDefinition<unknown>).grade(input),
  };
}
