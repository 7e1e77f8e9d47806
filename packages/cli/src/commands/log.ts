import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import {
  convertEvalLog,
  dumpEvalLog,
  listEvalLogs,
  readEvalLog,
  readEvalSampleSummaries,
  reportsOfSamples,
} from "@mlebench/runner";
import { CliUsageError } from "../errors.js";
import { formatBytes, formatCount, formatDuration } from "../output/format.js";
import { formatTable } from "../output/table.js";

/** `mlebench log list` */
export async function logList(options: { readonly logDir?: string; readonly json?: true }): Promise<void> {
  const logs = await listEvalLogs(options.logDir ?? "logs");
  if (options.json) {
    const rows = logs.map((log) =>
      log.readable
        ? {
            path: log.path,
            status: log.header.status,
            task: log.header.eval.task,
            model: log.header.eval.model,
            created: log.header.eval.created,
            samples: log.samples,
          }
        : { path: log.path, error: log.error.message },
    );
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  process.stdout.write(
    formatTable(
      [
        { title: "created" },
        { title: "status" },
        { title: "task" },
        { title: "model" },
        { title: "samples", align: "right" },
        { title: "size", align: "right" },
        { title: "log" },
      ],
      logs.map((log) =>
        log.readable
          ? [
              log.header.eval.created,
              log.header.status,
              log.header.eval.task,
              log.header.eval.model,
              String(log.samples),
              formatBytes(log.bytes),
              log.path,
            ]
          : ["", "unreadable", "", "", "", formatBytes(log.bytes), `${log.path}: ${log.error.message}`],
      ),
    ),
  );
}

/** `mlebench log show` */
export async function logShow(path: string, options: { readonly json?: true }): Promise<void> {
  const header = await readEvalLog(path, { header: true });
  const samples = await readEvalSampleSummaries(path);
  const reports = reportsOfSamples(samples);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ...header, samples }, null, 2)}\n`);
    return;
  }
  const { eval: spec, status, results, stats, error } = header;
  const lines = [
    `${spec.task} with ${spec.model}: ${status}`,
    `created ${spec.created}, ${samples.length} of ${results?.total_samples ?? (spec.dataset.samples ?? 0) * (spec.config.epochs ?? 1)} samples in the log`,
    ...(error ? [`error: ${error.message}`] : []),
    "",
    formatTable(
      [
        { title: "competition" },
        { title: "epoch", align: "right" },
        { title: "state" },
        { title: "score", align: "right" },
        { title: "values" },
        { title: "messages", align: "right" },
        { title: "tokens", align: "right" },
        { title: "time", align: "right" },
      ],
      samples.map((row) => [
        String(row.id),
        String(row.epoch),
        row.error !== undefined ? `error: ${row.error.slice(0, 60)}` : row.limit ? `${row.limit} limit` : "finished",
        String(reports.find(({ id, epoch }) => id === row.id && epoch === row.epoch)?.report.score ?? "-"),
        Object.values(row.scores ?? {})
          .map(({ value }) => describeValue(value))
          .join("; "),
        String(row.message_count ?? ""),
        formatCount(Object.values(row.model_usage ?? {}).reduce((sum, usage) => sum + usage.total_tokens, 0)),
        row.total_time === undefined ? "" : formatDuration(row.total_time),
      ]),
    ),
    ...(results?.scores ?? []).map(
      ({ name, reducer, metrics, scored_samples: scored }) =>
        `${reducer ? `${name} (${reducer})` : name}: ${Object.values(metrics)
          .map((metric) => `${metric.name} ${round(metric.value)}`)
          .join(", ")} over ${scored ?? samples.length}`,
    ),
    ...Object.entries(stats?.model_usage ?? {}).map(
      ([model, usage]) =>
        `${model}: ${formatCount(usage.total_tokens)} tokens${usage.total_cost === undefined ? "" : `, $${usage.total_cost.toFixed(2)}`}`,
    ),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** `mlebench log dump` */
export async function logDump(path: string, options: { readonly headerOnly?: true }): Promise<void> {
  for await (const piece of dumpEvalLog(path, { header: options.headerOnly ?? false })) {
    if (!process.stdout.write(piece)) await new Promise((resolve) => process.stdout.once("drain", resolve));
  }
  process.stdout.write("\n");
}

/** `mlebench log convert` */
export async function logConvert(
  path: string,
  options: { readonly to: "eval" | "json"; readonly outputDir: string; readonly overwrite?: true },
): Promise<void> {
  const target = join(options.outputDir, `${basename(path).replace(/\.(?:eval|json)$/, "")}.${options.to}`);
  if (existsSync(target) && !options.overwrite) {
    throw new CliUsageError(`${target} exists already.`, "Use --overwrite, or another --output-dir.");
  }
  await convertEvalLog(path, target);
  process.stdout.write(`${target}\n`);
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
