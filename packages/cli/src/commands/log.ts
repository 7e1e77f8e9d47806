import { existsSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { formatBytes } from "@mlebench/base";
import {
  checkOutputDirectory,
  convertEvalLog,
  describeVerification,
  dumpEvalLog,
  type EvalLog,
  type EvalSampleSummary,
  hasWriter,
  knownLogKeys,
  listEvalLogs,
  readEvalLog,
  readEvalSampleSummaries,
  readLiveSamples,
  readLogOrigin,
  recoverEvalLog,
  reportsOfSamples,
  type SpecOrigin,
  sealingKey,
  verifyEvalLog,
} from "@mlebench/runner";
import { CliUsageError } from "../errors.js";
import { formatCount, formatDuration } from "../output/format.js";
import { limitOf } from "../output/limit-words.js";
import { jsonToStdout, toStderr, toStdout } from "../output/print.js";
import { printJson } from "../output/print-json.js";
import { printWarnings } from "../output/print-warnings.js";
import { continued, oneLine } from "../output/style.js";
import { formatTable, left, right } from "../output/table.js";

/** Of the settings of a log; whether samples were changed says `log verify`. */
const SEALED_BY: Readonly<Record<SpecOrigin, string>> = {
  own: "you",
  trusted: "trusted key",
  unknown: "unknown key",
  changed: "changed since",
  unsealed: "nobody",
};

/** What tables call a log whose run was killed. */
const INTERRUPTED = "interrupted";

type LogStatus = "started" | "success" | "cancelled" | "error";

/** `mlebench log list` */
export async function logList(options: {
  readonly logDir?: string;
  readonly status?: LogStatus;
  readonly absolute?: true;
  readonly recursive: boolean;
  readonly json?: true;
}): Promise<void> {
  const found = await listEvalLogs(options.logDir ?? "logs", { recursive: options.recursive });
  const logs = found
    .filter((log) => options.status === undefined || (log.readable && log.header.status === options.status))
    .map((log) => (options.absolute ? { ...log, path: resolve(log.path) } : log));
  const origins = new Map<string, SpecOrigin | undefined>();
  const keys = await knownLogKeys();
  // A log may be finished by its run, or damaged, between two looks.
  for (const { path, readable } of logs) {
    if (readable)
      origins.set(
        path,
        await readLogOrigin(path, keys).then(
          ({ origin }) => origin,
          () => undefined,
        ),
      );
  }
  if (options.json) {
    const rows = logs.map((log) => ({
      path: log.path,
      size: log.bytes,
      modified: log.modified.toISOString(),
      ...(log.readable
        ? {
            status: log.header.status,
            interrupted: isInterrupted(log.path, log.header),
            task: log.header.eval.task,
            task_id: log.header.eval.task_id,
            model: log.header.eval.model,
            created: log.header.eval.created,
            samples: log.samples,
            sealed_by: origins.get(log.path),
          }
        : { error: log.error.message }),
    }));
    return printJson(rows);
  }
  toStdout(
    formatTable(
      [...left("created", "status", "task", "model"), ...right("samples", "size"), ...left("sealed by", "log")],
      logs.map((log) =>
        log.readable
          ? [
              log.header.eval.created,
              isInterrupted(log.path, log.header) ? INTERRUPTED : log.header.status,
              log.header.eval.task,
              log.header.eval.model,
              String(log.samples),
              formatBytes(log.bytes),
              SEALED_BY[origins.get(log.path) ?? "changed"],
              log.path,
            ]
          : ["", "unreadable", "", "", "", formatBytes(log.bytes), "", `${log.path}: ${log.error.message}`],
      ),
    ),
  );
}

/** `mlebench log show` */
export async function logShow(path: string, options: { readonly json?: true }): Promise<void> {
  const header = await readEvalLog(path, { header: true });
  const finished = await readEvalSampleSummaries(path);
  const running = header.status === "started" ? await readLiveSamples(path) : [];
  const isFinished = ({ id, epoch }: { id: string | number; epoch: number }): boolean =>
    finished.some((row) => String(row.id) === String(id) && row.epoch === epoch);
  const samples = [...finished, ...running.filter((row) => !isFinished(row))];
  const interrupted = isInterrupted(path, header);
  const reports = reportsOfSamples(samples);
  const verification = await verifyEvalLog(path, { keys: await knownLogKeys() });
  if (options.json) return printJson({ ...header, interrupted, samples, verification });
  const { eval: spec, status, results, stats, error } = header;
  const lines = [
    oneLine(`${spec.task} with ${spec.model}: ${interrupted ? INTERRUPTED : status}${protocolOf(spec.metadata)}`),
    `created ${oneLine(spec.created)}, ${finished.length} of ${results?.total_samples ?? (spec.dataset.samples ?? 0) * (spec.config.epochs ?? 1)} samples in the log`,
    `seal: ${oneLine(describeVerification(verification))}`,
    ...(error ? [`error: ${continued(error.message)}`] : []),
    "",
    formatTable(
      [
        ...left("competition"),
        ...right("epoch"),
        ...left("state"),
        ...right("score"),
        ...left("values"),
        ...right("messages", "validations", "tokens", "time"),
      ],
      samples.map((row) => [
        String(row.id),
        String(row.epoch),
        stateOf(row, interrupted),
        String(reports.find(({ id, epoch }) => id === row.id && epoch === row.epoch)?.report.score ?? "-"),
        Object.values(row.scores ?? {})
          .map(({ value }) => describeValue(value))
          .join("; "),
        String(row.message_count ?? ""),
        validationsOf(row),
        formatCount(Object.values(row.model_usage ?? {}).reduce((sum, usage) => sum + usage.total_tokens, 0)),
        row.total_time === undefined ? "" : formatDuration(row.total_time),
      ]),
    ),
    ...(results?.scores ?? []).map(({ name, reducer, metrics, scored_samples: scored, unscored_samples: unscored }) =>
      oneLine(
        `${reducer ? `${name} (${reducer})` : name}: ${Object.values(metrics)
          .map((metric) => `${metric.name} ${round(metric.value)}`)
          .join(", ")} over ${scored ?? samples.length}${unscored ? `, ${unscored} not scored` : ""}`,
      ),
    ),
    ...Object.entries(stats?.model_usage ?? {}).map(([model, usage]) =>
      oneLine(
        `${model}: ${formatCount(usage.total_tokens)} tokens${usage.total_cost === undefined ? "" : `, $${usage.total_cost.toFixed(2)}`}`,
      ),
    ),
  ];
  toStdout(`${lines.join("\n")}\n`);
}

/** `mlebench log dump` */
export async function logDump(
  path: string,
  options: { readonly headerOnly?: true; readonly resolveAttachments?: string | true },
): Promise<void> {
  const pieces = dumpEvalLog(path, {
    header: options.headerOnly ?? false,
    resolve: options.resolveAttachments ? "full" : "pools",
  });
  for await (const piece of pieces) {
    if (!jsonToStdout(piece)) await new Promise((done) => process.stdout.once("drain", done));
  }
  jsonToStdout("\n");
}

/** `mlebench log convert` */
export async function logConvert(
  path: string,
  options: {
    readonly to: "eval" | "json";
    readonly outputDir: string;
    readonly overwrite?: true;
    readonly resolveAttachments?: string | true;
  },
): Promise<void> {
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  const logs = isFolder ? (await listEvalLogs(path)).map((log) => log.path) : [path];
  const conversions = logs.map((log) => {
    const name = isFolder ? relative(path, log) : basename(log);
    return { log, target: join(options.outputDir, `${name.replace(/\.(?:eval|json)$/, "")}.${options.to}`) };
  });
  await checkOutputDirectory(options.outputDir);
  const existing = options.overwrite ? undefined : conversions.find(({ target }) => existsSync(target));
  if (existing !== undefined)
    throw new CliUsageError(`${existing.target} exists already.`, "Use --overwrite, or another --output-dir.");
  const key = options.to === "eval" ? await sealingKey((message) => printWarnings([message])) : undefined;
  for (const { log, target } of conversions) {
    await convertEvalLog(log, target, { resolveAttachments: options.resolveAttachments !== undefined, key });
    toStdout(`${target}\n`);
  }
}

/** `mlebench log recover` */
export async function logRecover(path: string, options: { readonly output?: string }): Promise<void> {
  const target = options.output ?? path.replace(/(?:\.eval)?$/, "-recovered.eval");
  const { samples, lostBytes } = await recoverEvalLog(path, target);
  toStdout(`${target}\n`);
  toStderr(
    `${samples} sample${samples === 1 ? "" : "s"} saved, ${formatBytes(lostBytes)} at the end could not be read\n`,
  );
}

function protocolOf(metadata: Readonly<Record<string, unknown>> = {}): string {
  return typeof metadata["protocol"] === "string" ? `, protocol ${metadata["protocol"]}` : "";
}

/** A killed run leaves a log that says `started`: nobody was left to say otherwise. Of Inspect's own nothing is known. */
function isInterrupted(path: string, { status, eval: spec }: Pick<EvalLog, "status" | "eval">): boolean {
  const isOurs = Object.hasOwn(spec.packages ?? {}, "@mlebench/runner");
  return status === "started" && isOurs && !hasWriter(path);
}

function stateOf(row: EvalSampleSummary, interrupted: boolean): string {
  if (row.completed === false) return interrupted ? INTERRUPTED : "running";
  if (row.error !== undefined) return `error: ${row.error.slice(0, 60)}`;
  return limitOf(row) ?? "finished";
}

/** Answered calls of the validation endpoint, and those that were refused as too many. */
function validationsOf({ metadata = {} }: EvalSampleSummary): string {
  const refused = metadata["validation_calls_refused"];
  return `${metadata["validation_calls"] ?? ""}${typeof refused === "number" ? ` (${refused} refused)` : ""}`;
}

function describeValue(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([key, item]) => `${key} ${item}`)
    .join(", ");
}

function round(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toFixed(3))) : "-";
}
