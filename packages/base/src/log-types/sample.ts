import type { EvalEvent } from "./events.js";
import type { JsonObject, JsonValue } from "./json.js";
import type { ChatMessage, ModelOutput, ModelUsage } from "./messages.js";
import type { EvalErrorInfo, SampleLimit, Score } from "./outcome.js";

/** An earlier attempt of the sample that failed. */
export interface EvalRetryError extends EvalErrorInfo {
  events?: readonly EvalEvent[];
}

/** The kind of a sandbox and what it was made from. */
export interface SandboxSpec {
  type: string;
  config?: unknown;
}

/** What a sample and its row in a list have in common. */
export interface EvalSampleFacts {
  id: string | number;
  epoch: number;
  input: string | readonly ChatMessage[];
  target: string | readonly string[];
  choices?: readonly string[];
  metadata?: JsonObject;
  /** By scorer name. */
  scores?: Record<string, Score>;
  /** By "provider/model". */
  model_usage?: Record<string, ModelUsage>;
  role_usage?: Record<string, ModelUsage>;
  started_at?: string;
  completed_at?: string;
  /** Seconds on the clock. */
  total_time?: number;
  /** Seconds without waiting for rate limits, connections and the like. */
  working_time?: number;
  uuid?: string;
  turn_count?: number;
  message_limit?: number;
  token_limit?: number;
  token_limit_type?: string;
  token_limit_usage?: number;
  time_limit?: number;
}

/** One (id, epoch) of a run. What has a default here may be left out when writing. */
export interface EvalSample extends EvalSampleFacts {
  sandbox?: SandboxSpec;
  files?: readonly string[];
  setup?: string;
  /** @default [] */
  messages?: readonly ChatMessage[];
  output?: ModelOutput;
  store?: JsonObject;
  events?: readonly EvalEvent[];
  /** Pools that model events point into; made by condensing. */
  events_data?: EventsData;
  attachments?: Record<string, string>;
  error?: EvalErrorInfo;
  error_retries?: readonly EvalRetryError[];
  limit?: SampleLimit;
}

/** Messages and calls that several events share, to which they refer by position. */
export interface EventsData {
  messages: readonly ChatMessage[];
  calls: readonly JsonValue[];
}

/** The row of a sample in a list of samples. */
export interface EvalSampleSummary extends EvalSampleFacts {
  /** The error's message. */
  error?: string;
  /** The limit's type. */
  limit?: string;
  limit_reason?: string;
  retries?: number;
  completed?: boolean;
  message_count?: number;
}
