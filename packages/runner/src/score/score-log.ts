import { existsSync } from "node:fs";
import { join } from "node:path";
import { findCompetition, getCompetition } from "@mlebench/competitions";
import { dataPaths, isPrepared } from "@mlebench/data-prep";
import {
  type EvalSample,
  type EvalSpec,
  evalLogSamples,
  readEvalSampleSummaries,
  sealingOf,
  writeEvalLog,
} from "@mlebench/eval-log";
import type { GradingReport } from "@mlebench/grader";
import { type EvalResults, evalResults, mleBenchScorer, type Scorer, scorerSpecs } from "@mlebench/scorer";
import { artifactsDirectory, sampleDirectory } from "../artifacts-directory.js";
import { defaultDataDirectory } from "../data/disk/data-directory.js";
import { describeError, messageWithHint } from "../describe-error.js";
import { RunnerError } from "../errors.js";
import { type GradingLimits, gradeBounded } from "../grading/bounded-grading.js";
import { recordedModules } from "../plug-in/log-modules.js";
import { type OptionNames, refuseUnknown } from "../settings/check-options.js";
import { isMapping } from "../settings/readers.js";
import { loadScorers } from "../task/load-scorers.js";
import { type LogTrust, readLogTrust } from "../trust/log-trust.js";
import { requireGiven } from "../trust/require-given.js";
import { sealingKey } from "../trust/sealing-key.js";

/** What {@link scoreLog} takes. */
export interface ScoreLogOptions extends GradingLimits {
  /** @default the one that the run was given, else the user's cache folder */
  readonly dataDir?: string;
  /** @default the run's own scorer when it was a module, else the three booleans */
  readonly scorers?: readonly Scorer[];
  readonly epochsReducer?: readonly string[] | null;
  /** Where the scored log goes. @default `<name>-scored.eval` beside the log */
  readonly outputPath?: string;
  /** Folder with the kept submissions. @default the one beside the log */
  readonly artifactsDirectory?: string;
  readonly signal?: AbortSignal;
  readonly onSample?: (sample: ScoredSample) => void;
  /** Is told why the log that is written is not sealed, where its key cannot be made. */
  readonly onWarning?: (message: string) => void;
}

const OPTIONS: OptionNames<ScoreLogOptions> = {
  dataDir: true,
  scorers: true,
  epochsReducer: true,
  outputPath: true,
  artifactsDirectory: true,
  signal: true,
  onSample: true,
  onWarning: true,
  gradingTimeoutSeconds: true,
  validationTimeoutSeconds: true,
  gradingMemoryMiB: true,
};

/** One sample that was graded again. */
export interface ScoredSample {
  readonly sampleId: string;
  readonly epoch: number;
  readonly report?: GradingReport;
  /** Why the sample could not be graded. */
  readonly error?: string;
}

/** What {@link scoreLog} wrote. */
export interface ScoreLogResult {
  readonly path: string;
  readonly samples: readonly ScoredSample[];
  readonly results: EvalResults;
  /** Samples that could not be graded, an error of ours. */
  readonly failed: number;
}

/**
 * Grades every sample of a log again from the submission that was kept beside it, and writes a log with the new scores.
 * A sample that ended in an error keeps its error and gets no score.
 * Neither scorer nor data folder are taken from a log that is not the user's own or of a key that they trust.
 * @throws RunnerError `RUNNER_NOT_PREPARED` when a competition's answers are not there; EvalLogError; UsageError
 * `RUNNER_FOREIGN_LOG` naming all that has to be given again.
 */
export async function scoreLog(logPath: string, options: ScoreLogOptions): Promise<ScoreLogResult> {
  refuseUnknown(options, OPTIONS, "scoreLog");
  const trust = await readLogTrust(logPath);
  const { header } = trust;
  await requireGivenToScore(logPath, trust, options);
  const key = await sealingKey(options.onWarning ?? (() => undefined));
  const sealing = key && (await sealingOf(logPath, key));
  const scorers = options.scorers ?? (await scorersOf(header.eval, logPath));
  const artifacts = options.artifactsDirectory ?? keptBeside(logPath);
  const dataDir = options.dataDir ?? dataDirectoryOf(header.eval);
  const outcomes: ScoredSample[] = [];
  const rescored: EvalSample[] = [];
  for await (const sample of evalLogSamples(logPath, { resolve: "none" })) {
    options.signal?.throwIfAborted();
    const { outcome, updated } = await scoreSample(sample, scorers, artifacts, { ...options, dataDir });
    outcomes.push(outcome);
    rescored.push(updated);
    options.onSample?.(outcome);
  }
  const evaluated = rescored.map(({ id, epoch, scores, error }) => ({ id, epoch, scores, error }));
  const { results, reductions } = evalResults(evaluated, {
    totalSamples: header.results?.total_samples,
    scorers,
    reducers: options.epochsReducer ?? header.eval.config.epochs_reducer,
  });
  const path = options.outputPath ?? logPath.replace(/\.(?:eval|json)$/, "-scored.eval");
  await writeEvalLog(
    path,
    {
      ...header,
      eval: { ...header.eval, scorers: scorerSpecs(scorers) },
      results,
      reductions,
      samples: rescored,
    },
    { sealing },
  );
  return { path, samples: outcomes, results, failed: outcomes.filter(({ error }) => error !== undefined).length };
}

/** The plug-ins of somebody else's log are needed only for competitions that nobody else knows. */
async function requireGivenToScore(
  logPath: string,
  { header, why, openings: openingsOf }: LogTrust,
  { scorers, dataDir }: ScoreLogOptions,
): Promise<void> {
  const { plugIns, modules } = recordedModules(header.eval, logPath);
  const loggedDirectory = header.eval.task_args_passed?.["data_dir"];
  const openings = openingsOf({
    plugIns,
    scorer: modules.scorer,
    dataDir: typeof loggedDirectory === "string" ? loggedDirectory : undefined,
  });
  const samples = await readEvalSampleSummaries(logPath);
  const isKnown = samples.every(({ id }) => findCompetition(String(id)) !== undefined);
  const given = new Set([
    ...(isKnown ? ["plugIns"] : []),
    ...(scorers ? ["scorer"] : []),
    ...(dataDir ? ["dataDir"] : []),
  ]);
  requireGiven(openings, { logPath, why, command: "mlebench score", given });
}

/** The scorers of the run, when they were modules; else the three booleans. */
async function scorersOf(spec: EvalSpec, logPath: string): Promise<readonly Scorer[]> {
  const { scorer } = recordedModules(spec, logPath).modules;
  return scorer === undefined ? [mleBenchScorer()] : await loadScorers(scorer);
}

function dataDirectoryOf(spec: EvalSpec): string {
  const given = spec.task_args_passed?.["data_dir"];
  return typeof given === "string" ? given : defaultDataDirectory();
}

/** A log that was scored again has its submissions beside the log that it came from. */
function keptBeside(logPath: string): string {
  const own = artifactsDirectory(logPath);
  return existsSync(own) ? own : own.replace(/(?:-scored)+$/, "");
}

async function scoreSample(
  sample: EvalSample,
  scorers: readonly Scorer[],
  artifacts: string,
  options: ScoreLogOptions & { readonly dataDir: string },
): Promise<{ outcome: ScoredSample; updated: EvalSample }> {
  const { dataDir, signal } = options;
  const sampleId = String(sample.id);
  const { epoch } = sample;
  if (sample.error) return { outcome: { sampleId, epoch, error: sample.error.message }, updated: sample };
  getCompetition(sampleId);
  if (!(await isPrepared(sampleId, dataDir))) throw notPrepared(sampleId, dataDir);
  try {
    const directory = sampleDirectory(artifacts, { competitionId: sampleId, epoch });
    requireKept(sample, directory);
    const submissionPath = join(directory, "submission.csv");
    const graded = await gradeBounded(submissionPath, sampleId, {
      gradingTimeoutSeconds: options.gradingTimeoutSeconds,
      gradingMemoryMiB: options.gradingMemoryMiB,
      signal,
      privateDir: dataPaths(dataDir, sampleId).privateDir,
    });
    const report = withReason(graded, sample);
    const scores: NonNullable<EvalSample["scores"]> = {};
    for (const scorer of scorers) {
      scores[scorer.name] = await scorer.score({
        sampleId,
        epoch,
        report,
        submissionPath: report.submission_exists ? submissionPath : undefined,
        messages: sample.messages,
        completion: sample.output?.completion,
      });
    }
    const metadata = { ...sample.metadata, grading_report: report };
    return { outcome: { sampleId, epoch, report }, updated: { ...sample, scores, metadata } };
  } catch (error) {
    signal?.throwIfAborted();
    const { scores: _scores, ...rest } = sample;
    return {
      outcome: { sampleId, epoch, error: messageWithHint(error) },
      updated: { ...rest, error: describeError(error) },
    };
  }
}

/** What was not kept is as invalid as it was, for the same reason. */
function withReason(report: GradingReport, { metadata }: EvalSample): GradingReport {
  const kept = metadata?.["kept"];
  const problem = isMapping(kept) ? kept["submission_problem"] : undefined;
  if (report.submission_exists || typeof problem !== "string") return report;
  const before = metadata?.["grading_report"];
  return { ...report, submission_exists: isMapping(before) && before["submission_exists"] === true, reason: problem };
}

/** A folder that was lost must not look like an agent that submitted nothing. */
function requireKept(sample: EvalSample, directory: string): void {
  const kept = sample.metadata?.["kept"];
  const hadSubmission = typeof kept === "object" && kept !== null && "submission" in kept && kept.submission === true;
  if (!hadSubmission || existsSync(join(directory, "submission.csv"))) return;
  throw new RunnerError({
    code: "RUNNER_SUBMISSION_LOST",
    message: `${directory} has no submission.csv, though one was kept.`,
    hint: "Put the folder of the log's name back beside the log, or run the sample again.",
  });
}

function notPrepared(competitionId: string, dataDir: string): RunnerError {
  return new RunnerError({
    code: "RUNNER_NOT_PREPARED",
    message: `The answers of ${competitionId} are not in ${dataDir}.`,
    hint: `Run \`mlebench prepare -c ${competitionId}\`, or give the data directory of the run with --data-dir.`,
  });
}
