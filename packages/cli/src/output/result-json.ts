import type { RunResult } from "@mlebench/runner";

/** A run's result for machines: stable keys in snake_case, as in the log. */
export function resultJson(result: RunResult): Record<string, unknown> {
  return {
    status: result.status,
    task: result.task,
    model: result.model,
    protocol: result.protocol,
    log: result.logPath,
    artifacts: result.artifactsDirectory,
    total_samples: result.totalSamples,
    finished_samples: result.finishedSamples,
    errored_samples: result.erroredSamples,
    missing_samples: result.missingSamples,
    results: result.results,
    splits: result.splits,
    samples: result.samples.map(({ competitionId, epoch, summary, report }) => ({
      id: competitionId,
      epoch,
      status: summary ? (summary.error === undefined ? "finished" : "error") : "missing",
      ...(summary?.error === undefined ? {} : { error: summary.error }),
      ...(summary?.limit === undefined ? {} : { limit: summary.limit }),
      ended_by_agent: summary?.metadata?.["ended_by_agent"],
      messages: summary?.message_count,
      model_usage: summary?.model_usage,
      total_time: summary?.total_time,
      report,
    })),
  };
}
