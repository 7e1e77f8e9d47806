import { DraftFile, writeAtomically } from "@mlebench/base";
import type { EvalLog, EvalSample, EvalSampleSummary } from "@mlebench/base/log-types";
import { completeSample } from "./complete-sample.js";
import { completeHeader, completePlan, completeSpec } from "./complete-spec.js";
import { condenseSample } from "./condense-sample.js";
import { dumpEvalLog } from "./dump-eval-log.js";
import { EvalLogError } from "./errors.js";
import { HEADER, REDUCTIONS, START, SUMMARIES, sampleMember, summaryMember } from "./member-names.js";
import { openEvalLog } from "./open-eval-log.js";
import { evalLogSamples } from "./read-eval-log.js";
import { sampleSummary } from "./sample-summary.js";
import { digestedJson } from "./seal/json-fields.js";
import type { LogKey } from "./seal/log-key.js";
import type { SealedMember } from "./seal/seal.js";
import { Sealer, type SealingOptions } from "./seal/sealer.js";
import { sealingOf } from "./seal/sealing-of.js";
import { deflateMember } from "./zip/deflate-member.js";
import { ZipAppender } from "./zip/zip-appender.js";

/** What {@link writeEvalLog} takes. */
export interface WriteEvalLogOptions {
  /** @default those of the log */
  readonly samples?: Iterable<EvalSample> | AsyncIterable<EvalSample>;
  /** The clock. @default () => new Date() */
  readonly now?: () => Date;
  /** Seals it; from {@link sealingOf} the log that it is made of. @default it is not sealed */
  readonly sealing?: SealingOptions;
}

/**
 * Writes a whole log as .eval, for logs that are changed after the run: scored again, converted. The path holds the
 * old file or the whole new one, never a part.
 */
export async function writeEvalLog(
  path: string,
  log: EvalLog,
  { samples = log.samples ?? [], now = () => new Date(), sealing }: WriteEvalLogOptions = {},
): Promise<void> {
  const draft = new DraftFile(path);
  try {
    await writeZip(draft.draftPath, log, { samples, now, sealing });
    draft.commit();
  } catch (error) {
    draft.discard();
    throw error;
  }
}

async function writeZip(
  path: string,
  log: EvalLog,
  { samples, now, sealing }: Required<Pick<WriteEvalLogOptions, "samples" | "now">> & WriteEvalLogOptions,
): Promise<void> {
  const zip = await ZipAppender.create(path);
  try {
    const { samples: _samples, reductions = [], ...rest } = log;
    const header = completeHeader({ ...rest, eval: completeSpec(log.eval), plan: completePlan(log.plan) }, now());
    const sealer = sealing && new Sealer(header.eval.eval_id!, sealing);
    const append = async (contents: Readonly<Record<string, unknown>>): Promise<void> => {
      const members = [];
      const sealed: SealedMember[] = [];
      for (const [name, value] of Object.entries(contents)) {
        const { text, digest, fields } = digestedJson(value);
        members.push(await deflateMember(name, text, now()));
        sealed.push({ name, digest, fields });
      }
      const seal = await sealer?.seal(sealed, { now: now() });
      await zip.append([...members, ...(seal ? [seal.member] : [])]);
      seal?.commit();
    };
    await append({ [START]: { version: log.version, eval: header.eval, plan: header.plan } });
    const summaries: EvalSampleSummary[] = [];
    for await (const sample of samples) {
      const complete = completeSample(sample, now());
      const summary = sampleSummary(complete);
      summaries.push(summary);
      await append({
        [sampleMember(sample.id, sample.epoch)]: condenseSample(complete),
        [summaryMember(summaries.length)]: [summary],
      });
    }
    if (log.status !== "started") await append({ [SUMMARIES]: summaries, [REDUCTIONS]: reductions, [HEADER]: header });
  } finally {
    await zip.close();
  }
}

/** What {@link convertEvalLog} takes. */
export interface ConvertEvalLogOptions {
  /** In .json: long texts in their places instead of apart. An .eval log always has them apart. @default false */
  readonly resolveAttachments?: boolean;
  /** Seals an .eval log, as far as the other one is sealed. @default it is not sealed */
  readonly key?: LogKey;
}

/**
 * Converts between the two kinds of log, by the ending of the path to write: .eval or .json.
 * @throws EvalLogError `EVAL_LOG_UNSUPPORTED` for another ending
 */
export async function convertEvalLog(
  fromPath: string,
  toPath: string,
  { resolveAttachments = false, key }: ConvertEvalLogOptions = {},
): Promise<void> {
  if (toPath.endsWith(".json")) {
    await writeAtomically(toPath, dumpEvalLog(fromPath, { indent: 0, resolve: resolveAttachments ? "full" : "pools" }));
  } else if (toPath.endsWith(".eval")) {
    const sealing = key && (await sealingOf(fromPath, key));
    await using log = await openEvalLog(fromPath);
    const samples = evalLogSamples(fromPath, { resolve: "none" });
    await writeEvalLog(toPath, await log.header(), { samples, sealing });
  } else {
    throw new EvalLogError({
      code: "EVAL_LOG_UNSUPPORTED",
      message: `${toPath} ends neither in .eval nor in .json.`,
      hint: "Choose one of the two.",
    });
  }
}
