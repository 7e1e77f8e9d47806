import type { EvalEvent } from "@mlebench/base/log-types";

const KNOWN: Readonly<Record<EvalEvent["event"], true>> = {
  span_begin: true,
  span_end: true,
  sample_init: true,
  model: true,
  tool: true,
  sandbox: true,
  score: true,
  sample_limit: true,
  error: true,
  info: true,
  logger: true,
  compaction: true,
  state: true,
  store: true,
  approval: true,
  anchor: true,
  branch: true,
  checkpoint: true,
  input: true,
  interrupt: true,
  review: true,
  score_edit: true,
  sentinel: true,
  step: true,
  subtask: true,
};

/** Every `event` value that Inspect 0.3.285 reads; one other value makes it reject the whole sample. */
export const EVENT_NAMES: ReadonlySet<string> = new Set(Object.keys(KNOWN));
