import { join } from "node:path";
import type { FileLock } from "@mlebench/base";
import type {
  ConfigUpdate,
  EvalErrorInfo,
  EvalPlan,
  EvalResults,
  EvalSample,
  EvalSampleReductions,
  EvalSampleSummary,
  EvalSpec,
  EvalStats,
} from "@mlebench/base/log-types";
import { completeSample, completeScore, isoTime } from "./complete-sample.js";
import { completeHeader, completePlan, completeSpec } from "./complete-spec.js";
import { condenseSample } from "./condense-sample.js";
import { EvalLogError } from "./errors.js";
import { evalLogFileName } from "./eval-log-file-name.js";
import { parseJsonText } from "./json-text.js";
import { lockLog } from "./lock-log.js";
import {
  configUpdateMember,
  configUpdates,
  HEADER,
  journalSummaries,
  REDUCTIONS,
  START,
  SUMMARIES,
  sampleMember,
  sampleNames,
  summaryMember,
} from "./member-names.js";
import { openEvalLog } from "./open-eval-log.js";
import { openLogDirectory } from "./open-log-directory.js";
import type { Redactor } from "./redactor.js";
import { requireNothingThere, requireRegularFile } from "./require-regular-file.js";
import { sampleSummary } from "./sample-summary.js";
import { hash } from "./seal/hash.js";
import { type DigestedText, digestedJson, fieldDigests } from "./seal/json-fields.js";
import type { LogKey } from "./seal/log-key.js";
import { type SealedMember, UNVERIFIED } from "./seal/seal.js";
import { readSealChain } from "./seal/seal-chain.js";
import { Sealer } from "./seal/sealer.js";
import { sealingOf } from "./seal/sealing-of.js";
import { keysOf, specSeals } from "./seal/spec-origin.js";
import { sumUsage } from "./usage.js";
import { deflateMember } from "./zip/deflate-member.js";
import { ZipAppender, type ZipMember } from "./zip/zip-appender.js";
import type { ZipReader } from "./zip/zip-reader.js";

/** LOG_SCHEMA_VERSION of Inspect 0.3.285. */
export const LOG_VERSION = 2;

/** What {@link createEvalLog} takes. */
export interface CreateEvalLogOptions {
  /** Created when missing. */
  readonly directory: string;
  readonly spec: EvalSpec;
  readonly plan?: EvalPlan;
  /** What follows the time in the file's name. @default "{task}_{id}" */
  readonly fileNamePattern?: string;
  /** Takes secrets out of everything before it is written. @see createRedactor */
  readonly redact?: Redactor;
  /** The clock. @default () => new Date() */
  readonly now?: () => Date;
  /** Seals everything that is written; from {@link openLogKey}. @default the log is not sealed */
  readonly key?: LogKey;
}

/** What {@link resumeEvalLog} takes. A log that is not sealed stays so, with a key too. */
export interface ResumeEvalLogOptions extends Pick<CreateEvalLogOptions, "redact" | "now" | "key"> {
  /** Also go on in a log whose status is success. @default false */
  readonly evenWhenSuccessful?: boolean;
}

/** What may be changed of a log that is being written. */
export interface UpdateEvalLogOptions {
  /** Fields of the spec to change; they count from now on, also in the header. */
  readonly spec?: Partial<EvalSpec>;
  readonly plan?: EvalPlan;
  readonly configUpdate?: ConfigUpdate;
}

/** How a run ended, for the log's header. */
export interface FinishEvalLogOptions {
  readonly status: "success" | "cancelled" | "error";
  readonly results?: EvalResults;
  readonly reductions?: readonly EvalSampleReductions[];
  /** Usage and times are computed from the samples where they are not given. */
  readonly stats?: EvalStats;
  readonly error?: EvalErrorInfo;
}

/**
 * Starts the log of a run: `<directory>/<created>_<task>_<task id>.eval`. From here on the path holds a whole log that
 * Inspect shows as running; each finished sample adds itself in one step that a kill cannot tear.
 * @throws EvalLogError `EVAL_LOG_EXISTS` when a file of that name is there.
 */
export async function createEvalLog(options: CreateEvalLogOptions): Promise<EvalLogWriter> {
  const spec = completeSpec(options.spec);
  const name = evalLogFileName({ ...spec, taskId: spec.task_id, pattern: options.fileNamePattern });
  const path = join(options.directory, name);
  await openLogDirectory(options.directory);
  requireNothingThere(path, "Resume that log, or give the run another task_id.");
  return openLocked(path, options, async (now) => ({
    zip: await ZipAppender.create(path),
    spec,
    plan: completePlan(options.plan ?? {}),
    summaries: [],
    startedAt: isoTime(now()),
    key: options.key,
    sealer: options.key && new Sealer(spec.eval_id!, { key: options.key }),
  }));
}

/**
 * Goes on in a log that was not finished, or ended in an error or was cancelled. Its samples stay; what marked it as
 * finished goes, so it reads as running again.
 * @throws EvalLogError `EVAL_LOG_FINISHED` when its status is success, unless told to go on all the same;
 * `EVAL_LOG_IN_USE` when another process writes it.
 */
export async function resumeEvalLog(path: string, options: ResumeEvalLogOptions = {}): Promise<EvalLogWriter> {
  await requireRegularFile(path);
  // Before anything is read, or another process might change it meanwhile.
  return openLocked(path, options, () => adoptEvalLog(path, options));
}

/** Locks a log for as long as its writer is open, and not at all when opening it fails. */
async function openLocked(
  path: string,
  { redact = (value) => value, now = () => new Date() }: Pick<ResumeEvalLogOptions, "redact" | "now">,
  open: (now: () => Date) => Promise<OpenedLog>,
): Promise<EvalLogWriter> {
  const lock = lockLog(path);
  try {
    const writer = new EvalLogWriter({ path, lock, redact, now, ...(await open(now)) });
    try {
      await writer.update({});
      return writer;
    } catch (error) {
      await writer[Symbol.asyncDispose]();
      throw error;
    }
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

async function adoptEvalLog(path: string, options: ResumeEvalLogOptions): Promise<OpenedLog> {
  await using log = await openEvalLog(path);
  const header = await log.header();
  if (header.status === "success" && !options.evenWhenSuccessful) {
    throw new EvalLogError({
      code: "EVAL_LOG_FINISHED",
      message: `${path} is finished: its status is success.`,
      hint: "Start a new run, or say that the finished log shall be opened again.",
    });
  }
  if (!log.zip) {
    throw new EvalLogError({
      code: "EVAL_LOG_UNSUPPORTED",
      message: `${path} is a .json log, which cannot be continued.`,
      hint: "Convert it to .eval first.",
    });
  }
  return {
    zip: await ZipAppender.adopt(path, log.zip.entries.values(), log.zip.directoryOffset),
    ...(await continuedSeals(log.zip, options.key)),
    spec: header.eval,
    plan: header.plan,
    summaries: await log.summaries(),
    startedAt: header.stats.started_at ?? header.eval.created,
  };
}

/** How the seals of a log go on: whatever is written of the spec counts no more than what was there. */
async function continuedSeals(
  zip: ZipReader,
  key: LogKey | undefined,
): Promise<Pick<OpenedLog, "sealer" | "key" | "startDigest">> {
  const chain = key && (await readSealChain(zip));
  if (!key || !chain) return {};
  const spec = await specSeals(zip, chain);
  const from = spec ? keysOf(spec).filter((each) => each !== key.publicKey) : [UNVERIFIED];
  return {
    key,
    sealer: new Sealer(chain.log, { key, from }, chain.last),
    startDigest: spec && chain.covered.get(START)?.digest,
  };
}

interface OpenedLog {
  readonly zip: ZipAppender;
  readonly sealer?: Sealer;
  /** That of the sealer. */
  readonly key?: LogKey;
  /** Of the start of the journal as it stands there with its seal. */
  readonly startDigest?: string;
  readonly spec: EvalSpec;
  readonly plan: EvalPlan;
  readonly summaries: readonly EvalSampleSummary[];
  readonly startedAt: string;
}

interface NewMember extends ZipMember {
  readonly sealed: SealedMember;
}

interface WriterState extends OpenedLog {
  readonly path: string;
  readonly lock: FileLock;
  readonly redact: Redactor;
  readonly now: () => Date;
}

/** A log being written. Calls may overlap; they are carried out one after the other. */
export class EvalLogWriter implements AsyncDisposable {
  readonly path: string;
  readonly #state: WriterState;
  readonly #summaries: Map<string, EvalSampleSummary>;
  #spec: EvalSpec;
  #plan: EvalPlan;
  #startDigest: string | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** @internal Use {@link createEvalLog} or {@link resumeEvalLog}. */
  constructor(state: WriterState) {
    this.path = state.path;
    this.#state = state;
    this.#spec = state.spec;
    this.#plan = state.plan;
    this.#startDigest = state.startDigest;
    this.#summaries = new Map(state.summaries.map((summary) => [summaryKey(summary), summary]));
  }

  get spec(): EvalSpec {
    return this.#spec;
  }

  get plan(): EvalPlan {
    return this.#plan;
  }

  /** Rows of the samples in the log, the last one of each (id, epoch). */
  get summaries(): readonly EvalSampleSummary[] {
    return [...this.#summaries.values()];
  }

  /** Writes a finished sample; when this resolves it is on the disk. A sample of the same id and epoch is replaced. */
  async addSample(sample: EvalSample): Promise<void> {
    await this.#addSample(sample);
  }

  async #addSample(sample: EvalSample, from?: readonly string[]): Promise<void> {
    // Secrets go first, so that neither attachments nor pools ever hold one.
    const complete = completeSample(this.#state.redact(sample), this.#state.now());
    const member = await this.#member(sampleMember(complete.id, complete.epoch), condenseSample(complete));
    await this.#exclusively(() => this.#appendSample([member], sampleSummary(complete), from));
  }

  /**
   * Takes over a finished sample of another log as it stands there. In a log that is sealed it counts no more than it does
   * in the other one, which is read whole for that.
   * @throws EvalLogError when it is not there
   */
  async copySample(fromPath: string, id: string | number, epoch: number): Promise<void> {
    const { key } = this.#state;
    const from = key && ((await sealingOf(fromPath, key))?.from ?? [UNVERIFIED]);
    await using log = await openEvalLog(fromPath);
    const summary = (await log.summaries()).find((row) => String(row.id) === String(id) && row.epoch === epoch);
    const compressed = log.zip && (await log.compressedSample(id, epoch));
    if (log.zip && compressed && summary) {
      const members: NewMember[] = [];
      for (const member of compressed) members.push({ ...member, sealed: await this.#copied(log.zip, member) });
      await this.#exclusively(() => this.#appendSample(members, summary, from));
    } else {
      await this.#addSample(await log.sample(id, epoch), from);
    }
  }

  /** Records a change of the spec, the plan or the configuration while the run goes on. */
  async update({ spec, plan, configUpdate }: UpdateEvalLogOptions): Promise<void> {
    await this.#exclusively(async () => {
      if (spec) this.#spec = { ...this.#spec, ...spec };
      if (plan) this.#plan = completePlan(plan);
      const start = digestedJson({
        version: LOG_VERSION,
        eval: this.#state.redact(this.#spec),
        plan: this.#state.redact(this.#plan),
      });
      const members: NewMember[] = [];
      // As it stands there it may be sealed by another, which must not become ours.
      if (start.digest !== this.#startDigest) members.push(await this.#deflated(START, start));
      if (configUpdate) {
        const index = configUpdates(this.#state.zip.names).length + 1;
        members.push(await this.#member(configUpdateMember(index), this.#state.redact(configUpdate)));
      }
      await this.#append(members, [HEADER, SUMMARIES, REDUCTIONS]);
      this.#startDigest = this.#state.sealer && start.digest;
    });
  }

  /** Writes the header, which is what marks a log as finished, and closes the file. */
  async finish({ status, results, reductions, stats, error }: FinishEvalLogOptions): Promise<void> {
    await this.#exclusively(async () => {
      const summaries = this.summaries;
      const computed = {
        started_at: this.#state.startedAt,
        model_usage: sumUsage(summaries.map((row) => row.model_usage ?? {})),
        role_usage: sumUsage(summaries.map((row) => row.role_usage ?? {})),
      };
      const [spec, plan] = [this.#spec, this.#plan];
      const header = completeHeader(
        { version: LOG_VERSION, status, eval: spec, plan, results, stats: { ...computed, ...stats }, error },
        this.#state.now(),
      );
      const completeReductions = (reductions ?? []).map((reduction) => ({
        ...reduction,
        samples: reduction.samples.map((sample) => ({ ...sample, ...completeScore(sample) })),
      }));
      await this.#append([
        await this.#member(SUMMARIES, summaries),
        await this.#member(REDUCTIONS, this.#state.redact(completeReductions)),
        await this.#member(HEADER, this.#state.redact(header)),
      ]);
      await this.#close();
    });
  }

  /** Closes the file; a log that was not finished stays as it is, readable and open to be resumed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue;
    if (!this.#closed) await this.#close();
  }

  async #close(): Promise<void> {
    this.#closed = true;
    try {
      await this.#state.zip.close();
    } finally {
      await this.#state.lock[Symbol.asyncDispose]();
    }
  }

  async #appendSample(
    members: readonly NewMember[],
    summary: EvalSampleSummary,
    from?: readonly string[],
  ): Promise<void> {
    const prefix = sampleMember(summary.id, summary.epoch).replace(/\.json$/, "/");
    const index = journalSummaries(this.#state.zip.names).length + 1;
    const names = new Set(members.map(({ entry }) => entry.name));
    const replaced = sampleNames(this.#state.zip.names)
      .filter(({ id, epoch }) => id === String(summary.id) && epoch === summary.epoch)
      .map(({ name }) => name);
    const chunks = [...this.#state.zip.names].filter((name) => name.startsWith(prefix));
    await this.#append(
      [...members, await this.#member(summaryMember(index), [summary])],
      [...replaced, ...chunks].filter((name) => !names.has(name)),
      from,
    );
    const key = summaryKey(summary);
    this.#summaries.delete(key);
    this.#summaries.set(key, summary);
  }

  /** Writes members together with their seal, in one step. */
  async #append(
    members: readonly NewMember[],
    remove: readonly string[] = [],
    from?: readonly string[],
  ): Promise<void> {
    const { zip, sealer, now } = this.#state;
    const removed = remove.filter((name) => zip.names.has(name));
    // A resumed log of which nothing changes has nothing to be sealed.
    const isNothing = members.length === 0 && removed.length === 0;
    const sealed = members.map((member) => member.sealed);
    const seal = isNothing ? undefined : await sealer?.seal(sealed, { removed, from, now: now() });
    await zip.append([...members, ...(seal ? [seal.member] : [])], { remove });
    seal?.commit();
  }

  #member(name: string, value: unknown): Promise<NewMember> {
    return this.#deflated(name, digestedJson(value));
  }

  async #deflated(name: string, { text, digest, fields }: DigestedText): Promise<NewMember> {
    return { ...(await deflateMember(name, text, this.#state.now())), sealed: { name, digest, fields } };
  }

  /** A member of another log, as it is sealed in this one. */
  async #copied(zip: ZipReader, { entry: { name } }: ZipMember): Promise<SealedMember> {
    if (!this.#state.sealer) return { name, digest: "", fields: [] };
    const content = await zip.read(name);
    return { name, digest: hash(content), fields: [...fieldDigests(parseJsonText(content.toString("utf8")))] };
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(() => {
      if (this.#closed) {
        throw new EvalLogError({
          code: "EVAL_LOG_CLOSED",
          message: `${this.path} is closed already.`,
          hint: "Finish a log after its last sample; resume it to add more.",
        });
      }
      return work();
    });
    this.#queue = run.catch(() => undefined);
    return run;
  }
}

function summaryKey(summary: EvalSampleSummary): string {
  return JSON.stringify([String(summary.id), summary.epoch]);
}
