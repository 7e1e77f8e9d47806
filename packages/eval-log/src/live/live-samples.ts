import { mkdir, readFile, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { writeAtomically } from "@mlebench/base";
import type { EvalEvent, EvalSampleSummary } from "@mlebench/base/log-types";
import { z } from "zod";
import { parseJsonText, toJsonText } from "../json-text.js";
import type { Redactor } from "../redactor.js";
import { deflateMember } from "../zip/deflate-member.js";
import { ZipAppender } from "../zip/zip-appender.js";
import { type RowCounters, SampleRows, type SampleRowsData } from "./sample-rows.js";

/** What {@link openLiveSamples} takes. */
export interface LiveSamplesOptions {
  /** Takes secrets out of everything before it is written. */
  readonly redact?: Redactor;
  /** Between two looks at the running samples; grows slowly with what was written. @default 2 */
  readonly intervalSeconds?: number;
  /** Told once when the samples can't be shown; the run goes on without. */
  readonly onTrouble?: (error: unknown) => void;
}

/** A sample while it runs. Both functions are called whenever the sample is looked at. */
export interface LiveSampleSource {
  /** Its row, as far as it is known: id and epoch at least. */
  readonly summary: () => EvalSampleSummary;
  /** Its events so far; the list only grows, and events lose `pending` when they are complete. */
  readonly events: () => readonly EvalEvent[];
}

interface LiveSample {
  readonly source: LiveSampleSource;
  readonly rows: SampleRows;
  readonly segments: Segment[];
}

/** A segment as the manifest names it: up to which row it goes. */
interface Segment {
  readonly id: number;
  readonly last_event_id: number;
  readonly last_attachment_id: number;
  readonly last_message_pool_id: number;
  readonly last_call_pool_id: number;
}

/** Names of Inspect's shared buffer of running samples (0.3.285), which `inspect view` looks for beside a log. */
const MANIFEST = "manifest.json";

/** So many segments double the interval: a sample of a day makes thousands of files and not tens of thousands. */
const SEGMENTS_PER_INTERVAL = 100;
const LONGEST_INTERVAL_SECONDS = 30;

/**
 * Shows the samples of a log that still run, with every event up to now, in the form that `inspect view` reads beside
 * a log (`.buffer/<log>/`). What an earlier process left there is removed.
 */
export async function openLiveSamples(logPath: string, options: LiveSamplesOptions = {}): Promise<LiveSamples> {
  const live = new LiveSamples(logPath, options);
  await live.clear();
  return live;
}

/** The running samples of one log. */
export class LiveSamples implements AsyncDisposable {
  readonly #logPath: string;
  readonly #directory: string;
  readonly #options: LiveSamplesOptions;
  readonly #samples = new Set<LiveSample>();
  readonly #counters: RowCounters = { event: 0, attachment: 0, message: 0, call: 0 };
  #nextSegment = 1;
  #segments: Segment[] = [];
  #queue: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isOff = false;

  /** @internal Use {@link openLiveSamples}. */
  constructor(logPath: string, options: LiveSamplesOptions) {
    this.#logPath = logPath;
    this.#directory = liveDirectory(logPath);
    this.#options = options;
  }

  /** Shows a sample from now on. @returns what ends it; call it when the sample is in the log. */
  begin(source: LiveSampleSource): () => void {
    const { id, epoch } = source.summary();
    const sample: LiveSample = { source, rows: new SampleRows(id, epoch, this.#options.redact), segments: [] };
    this.#samples.add(sample);
    this.#schedule(0);
    return () => {
      this.#samples.delete(sample);
      this.#schedule(0);
    };
  }

  /** Writes what has happened since the last time. It happens by itself too. */
  async flush(): Promise<void> {
    await this.#next(() => this.#write());
  }

  /** @internal Removes what an earlier process left. */
  async clear(): Promise<void> {
    await this.#next(() => rm(this.#directory, { recursive: true, force: true }));
  }

  /** Removes everything: what has run is in the log. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOff = true;
    clearTimeout(this.#timer);
    await this.#queue;
    await rm(this.#directory, { recursive: true, force: true }).catch(() => undefined);
    // Other logs of the folder may have theirs there.
    await rmdir(bufferDirectory(this.#logPath)).catch(() => undefined);
  }

  async #next(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue
      .then(() => (this.#isOff ? undefined : work()))
      .catch((error: unknown) => {
        // Nobody's run ends because nobody can watch it.
        this.#isOff = true;
        this.#options.onTrouble?.(error);
      });
    await this.#queue;
  }

  #schedule(seconds: number): void {
    if (this.#isOff) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      this.#timer = undefined;
      await this.flush();
      // A sample that came or went meanwhile has asked for an earlier look.
      if (this.#timer === undefined && this.#samples.size > 0) this.#schedule(this.#interval());
    }, seconds * 1000).unref();
  }

  #interval(): number {
    const { intervalSeconds = 2 } = this.#options;
    const grown = intervalSeconds * (1 + this.#segments.length / SEGMENTS_PER_INTERVAL);
    return Math.min(grown, Math.max(intervalSeconds, LONGEST_INTERVAL_SECONDS));
  }

  async #write(): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const changed = [...this.#samples].flatMap((sample) => {
      const rows = sample.rows.take(sample.source.events(), this.#counters);
      return rows ? [{ sample, rows }] : [];
    });
    if (changed.length > 0) await this.#writeSegment(changed);
    const used = new Set([...this.#samples].flatMap(({ segments }) => segments.map(({ id }) => id)));
    const unused = this.#segments.filter(({ id }) => !used.has(id));
    this.#segments = this.#segments.filter(({ id }) => used.has(id));
    await this.#writeManifest();
    for (const { id } of unused) await rm(join(this.#directory, segmentName(id)), { force: true });
  }

  async #writeSegment(changed: readonly { readonly sample: LiveSample; readonly rows: SampleRowsData }[]) {
    const id = this.#nextSegment++;
    const zip = await ZipAppender.create(join(this.#directory, segmentName(id)));
    try {
      const members = changed.map(({ sample, rows }) => {
        const summary = sample.source.summary();
        return deflateMember(`${summary.id}_${summary.epoch}.json`, toJsonText(rows), new Date());
      });
      await zip.append(await Promise.all(members));
    } finally {
      await zip.close();
    }
    for (const { sample, rows } of changed) sample.segments.push(segmentOf(id, rows));
    this.#segments.push({
      id,
      last_event_id: this.#counters.event,
      last_attachment_id: this.#counters.attachment,
      last_message_pool_id: this.#counters.message,
      last_call_pool_id: this.#counters.call,
    });
  }

  async #writeManifest(): Promise<void> {
    const { redact = (value) => value } = this.#options;
    const manifest = {
      metrics: [],
      samples: [...this.#samples].map(({ source, segments }) => ({
        summary: redact({ ...source.summary(), completed: false }),
        segments,
      })),
      segments: this.#segments,
    };
    await writeAtomically(join(this.#directory, MANIFEST), toJsonText(manifest));
  }
}

function segmentOf(id: number, rows: SampleRowsData): Segment {
  return {
    id,
    last_event_id: rows.events.at(-1)?.id ?? 0,
    last_attachment_id: rows.attachments.at(-1)?.id ?? 0,
    last_message_pool_id: rows.message_pool.at(-1)?.id ?? 0,
    last_call_pool_id: rows.call_pool.at(-1)?.id ?? 0,
  };
}

const Manifest = z.object({
  samples: z.array(z.object({ summary: z.looseObject({ id: z.union([z.string(), z.number()]), epoch: z.number() }) })),
});

/**
 * Rows of the samples of a log that were running when it was last looked at: now, or when its process was killed. Logs
 * of Inspect have them too when they were made with `--log-shared`.
 * @returns none when the log is finished or shows none.
 */
export async function readLiveSamples(logPath: string): Promise<EvalSampleSummary[]> {
  const text = await readFile(join(liveDirectory(logPath), MANIFEST), "utf8").catch(() => undefined);
  if (text === undefined) return [];
  const manifest = Manifest.safeParse(parseJsonText(text));
  if (!manifest.success) return [];
  return manifest.data.samples.map(({ summary }) => ({ input: "", target: "", ...summary }));
}

/** `.buffer/<name of the log>` in the log's folder. */
function liveDirectory(logPath: string): string {
  return join(bufferDirectory(logPath), basename(logPath).replace(/\.(?:eval|json)$/, ""));
}

/** The folder that all logs of a folder share. */
function bufferDirectory(logPath: string): string {
  return join(dirname(logPath), ".buffer");
}

function segmentName(id: number): string {
  return `segment.${id}.zip`;
}
