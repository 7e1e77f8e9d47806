import { DraftFile, writeAtomically } from "@mlebench/base";
import type { EvalLog, EvalSample, EvalSampleSummary } from "@mlebench/base/log-types";
import { completeSample } from "./complete-sample.js";
import { completeHeader, completePlan, completeSpec } from "./complete-spec.js";
import { condenseSample } from "./condense-sample.js";
import { dumpEvalLog } from "./dump-eval-log.js";
import { EvalLogError } from "./errors.js";
import { toJsonText } from "./json-text.js";
import { HEADER, REDUCTIONS, START, SUMMARIES, sampleMember, summaryMember } from "./member-names.js";
import { openEvalLog } from "./open-eval-log.js";
import { evalLogSamples } from "./read-eval-log.js";
import { sampleSummary } from "./sample-summary.js";
import { deflateMember } from "./zip/deflate-member.js";
import { ZipAppender, type ZipMember } from "./zip/zip-appender.js";

/** What {@link writeEvalLog} takes. */
export interface WriteEvalLogOptions {
  /** @default those of the log */
  readonly samples?: Iterable<EvalSample> | AsyncIterable<EvalSample>;
  /** The clock. @default () => new Date() */
  readonly now?: () => Date;
}

/**
 * Writes a whole log as .eval, for logs that are changed after the run: scored again, converted. The path holds the
 * old file or the whole new one, never a part.
 */
export async function writeEvalLog(
  path: string,
  log: EvalLog,
  { samples = log.samples ?? [], now = () => new Date() }: WriteEvalLogOptions = {},
): Promise<void> {
  const draft = new DraftFile(path);
  try {
    await writeZip(draft.draftPath, log, samples, now);
    draft.commit();
  } catch (error) {
    draft.discard();
    throw error;
  }
}

async function writeZip(
  path: string,
  log: EvalLog,
  samples: NonNullable<WriteEvalLogOptions["samples"]>,
  now: () => Date,
): Promise<void> {
  const zip = await ZipAppender.create(path);
  try {
    const member = (name: string, value: unknown): Promise<ZipMember> => deflateMember(name, toJsonText(value), now());
    const { samples: _samples, reductions = [], ...rest } = log;
    const header = completeHeader({ ...rest, eval: completeSpec(log.eval), plan: completePlan(log.plan) }, now());
    await zip.append([await member(START, { version: log.version, eval: header.eval, plan: header.plan })]);
    const summaries: EvalSampleSummary[] = [];
    for await (const sample of samples) {
      const complete = completeSample(sample, now());
      const summary = sampleSummary(complete);
      summaries.push(summary);
      await zip.append([
        await member(sampleMember(sample.id, sample.epoch), condenseSample(complete)),
        await member(summaryMember(summaries.length), [summary]),
      ]);
    }
    if (log.status !== "started") {
      await zip.append([
        await member(SUMMARIES, summaries),
        await member(REDUCTIONS, reductions),
        await member(HEADER, header),
      ]);
    }
  } finally {
    await zip.close();
  }
}

/** What {@link convertEvalLog} takes. */
export interface ConvertEvalLogOptions {
  /** In .json: long texts in their places instead of apart. An .eval log always has them apart. @default false */
  readonly resolveAttachments?: boolean;
}

/**
 * Converts between the two kinds of log, by the ending of the path to write: .eval or .json.
 * @throws EvalLogError `EVAL_LOG_UNSUPPORTED` for another ending
 */
export async function convertEvalLog(
  fromPath: string,
  toPath: string,
  { resolveAttachments = false }: ConvertEvalLogOptions = {},
): Promise<void> {
  if (toPath.endsWith(".json")) {
    await writeAtomically(toPath, dumpEvalLog(fromPath, { indent: 0, resolve: resolveAttachments ? "full" : "pools" }));
  } else if (toPath.endsWith(".eval")) {
    await using log = await openEvalLog(fromPath);
    await writeEvalLog(toPath, await log.header(), { samples: evalLogSamples(fromPath, { resolve: "none" }) });
  } else {
    throw new EvalLogError({
      code: "EVAL_LOG_UNSUPPORTED",
      message: `${toPath} ends neither in .eval nor in .json.`,
      hint: "Choose one of the two.",
    });
  }
}
