import { readFile } from "node:fs/promises";
import { messageOf } from "@mlebench/base";
import type { EvalLog, EvalSample, EvalSampleSummary } from "@mlebench/base/log-types";
import { z } from "zod";
import { EvalLogError } from "./errors.js";
import { parseJsonText } from "./json-text.js";
import {
  parseConfigUpdate,
  parseHeader,
  parseReductions,
  parseSample,
  parseStart,
  parseSummaries,
} from "./log-schemas.js";
import {
  configUpdates,
  HEADER,
  journalSummaries,
  REDUCTIONS,
  START,
  SUMMARIES,
  sampleMember,
  sampleNames,
} from "./member-names.js";
import { logNotFound, requireRegularFile } from "./require-regular-file.js";
import { assembleSample } from "./sample-folder.js";
import { sampleSummary } from "./sample-summary.js";
import type { ZipMember } from "./zip/zip-appender.js";
import { ZipReader } from "./zip/zip-reader.js";

/** Names one sample of a log. */
export interface SampleKey {
  readonly id: string | number;
  readonly epoch: number;
}

/** A log that is open for reading; samples are as stored, pools and attachments unresolved. */
export interface OpenEvalLog extends AsyncDisposable {
  readonly path: string;
  /** The archive, when the log is one. */
  readonly zip?: ZipReader;
  /** Everything but the samples. A log without header reads as `started`. */
  header(): Promise<EvalLog>;
  summaries(): Promise<EvalSampleSummary[]>;
  /** Ids and epochs of the samples in the log; an id is text here when it comes from a member's name. */
  sampleKeys(): readonly SampleKey[];
  sample(id: string | number, epoch: number): Promise<EvalSample>;
  /** The members of a sample, still compressed; none when it is not there or the log is no archive. */
  compressedSample(id: string | number, epoch: number): Promise<ZipMember[] | undefined>;
}

/**
 * Opens a log by what it is, not by its name: a zip is an .eval log, a text that begins with "{" a .json log.
 * @throws EvalLogError
 */
export async function openEvalLog(path: string): Promise<OpenEvalLog> {
  if (path.endsWith(".json")) return openJsonLog(path);
  const zip = await ZipReader.open(path);
  if (zip.entries.has(HEADER) || zip.entries.has(START)) return openZipLog(zip);
  await zip[Symbol.asyncDispose]();
  throw new EvalLogError({
    code: "EVAL_LOG_NOT_A_LOG",
    message: `${path} is a zip file without ${HEADER} or ${START}.`,
    hint: "Give an .eval log written by mlebench or Inspect.",
  });
}

function openZipLog(zip: ZipReader): OpenEvalLog {
  const { path } = zip;
  const names = zip.entries.keys.bind(zip.entries);
  const member = async <T>(name: string, parse: (value: unknown) => T): Promise<T> => {
    const text = (await zip.read(name)).toString("utf8");
    return checked(`${path}: ${name}`, () => parse(parseJsonText(text)));
  };
  const samples = sampleNames(names());
  const find = (id: string | number, epoch: number) =>
    samples.findLast((sample) => sample.id === String(id) && sample.epoch === epoch);
  return {
    path,
    zip,
    async header() {
      if (zip.entries.has(HEADER)) {
        const header = await member(HEADER, parseHeader);
        const reductions = zip.entries.has(REDUCTIONS) ? await member(REDUCTIONS, parseReductions) : undefined;
        return { ...header, ...(reductions && reductions.length > 0 && { reductions }) };
      }
      const start = await member(START, parseStart);
      const updates = await Promise.all(configUpdates(names()).map((name) => member(name, parseConfigUpdate)));
      return {
        version: start.version,
        status: "started",
        eval: start.eval,
        plan: start.plan,
        stats: {},
        config_updates: updates.length > 0 ? updates : undefined,
      };
    },
    async summaries() {
      const rows = zip.entries.has(SUMMARIES) ? await member(SUMMARIES, parseSummaries) : [];
      if (rows.length === 0) {
        for (const name of journalSummaries(names())) rows.push(...(await member(name, parseSummaries)));
      }
      return [...new Map(rows.map((row) => [`${row.epoch} ${row.id}`, row])).values()];
    },
    sampleKeys: () => [...new Map(samples.map((sample) => [`${sample.epoch} ${sample.id}`, sample])).values()],
    async sample(id, epoch) {
      const found = find(id, epoch);
      if (!found) throw sampleNotFound(path, id, epoch, samples);
      return found.folder
        ? assembleSample(found.name, [...names()], (name) => member(name, (value) => value), parseSample)
        : member(found.name, parseSample);
    },
    async compressedSample(id, epoch) {
      const found = find(id, epoch);
      if (!found) return undefined;
      const folder = sampleMember(found.id, found.epoch).replace(/\.json$/, "/");
      const entries = [...zip.entries.values()].filter(({ name }) =>
        found.folder ? name.startsWith(folder) : name === found.name,
      );
      return Promise.all(entries.map(async (entry) => ({ entry, compressed: await zip.readCompressed(entry) })));
    },
    [Symbol.asyncDispose]: () => zip[Symbol.asyncDispose](),
  };
}

async function openJsonLog(path: string): Promise<OpenEvalLog> {
  await requireRegularFile(path);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw logNotFound(path, "read", cause);
  });
  const value = checked(path, () => parseJsonText(text));
  const { samples: stored = [], ...header } = checked(path, () => parseHeader(value));
  const samples = stored.map((sample, index) => checked(`${path}: sample ${index + 1}`, () => parseSample(sample)));
  return {
    path,
    header: async () => ({ ...header }),
    summaries: async () => samples.map(sampleSummary),
    sampleKeys: () => samples.map(({ id, epoch }) => ({ id, epoch })),
    async sample(id, epoch) {
      const found = samples.findLast((sample) => String(sample.id) === String(id) && sample.epoch === epoch);
      if (!found) throw sampleNotFound(path, id, epoch, samples);
      return found;
    },
    compressedSample: async () => undefined,
    [Symbol.asyncDispose]: async () => {},
  };
}

function checked<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new EvalLogError({
      code: "EVAL_LOG_INVALID",
      message: `${what} is not what a log holds there: ${shortened(cause)}`,
      hint: "The file was written by something else or was changed; read another copy of it.",
      cause,
    });
  }
}

function shortened(cause: unknown): string {
  const text = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
  const line = text.replace(/\s+/g, " ");
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}

function sampleNotFound(path: string, id: string | number, epoch: number, present: readonly SampleKey[]): EvalLogError {
  const some = present.slice(0, 5).map((key) => `${key.id} epoch ${key.epoch}`);
  return new EvalLogError({
    code: "EVAL_LOG_SAMPLE_NOT_FOUND",
    message: `${path} has no sample ${id} of epoch ${epoch}.`,
    hint: some.length > 0 ? `It has ${present.length}, such as ${some.join(", ")}.` : "It has no samples yet.",
  });
}
