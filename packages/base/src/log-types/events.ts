import type { JsonObject } from "./json.js";
import type {
  ChatMessage,
  ModelOutput,
  ModelUsage,
  ToolCall,
  ToolCallContent,
  ToolCallError,
  ToolInfo,
} from "./messages.js";
import type { EvalErrorInfo, SampleLimitType, Score } from "./outcome.js";

/** What every event may carry. Times are UTC ISO 8601 with an offset, durations seconds. */
export interface EventBase {
  uuid?: string;
  /** The span that owns the event; a span_begin names itself. */
  span_id?: string;
  timestamp?: string;
  /** Seconds of working time since the sample began. */
  working_start?: number;
  pending?: boolean;
  metadata?: JsonObject;
}

/** A stretch of a sample begins, such as a solver or a scorer. */
export interface SpanBeginEvent extends EventBase {
  event: "span_begin";
  id: string;
  name: string;
  parent_id?: string;
  /** init, solvers, solver, agent, tool, scorers or scorer; others are shown plainly. */
  type?: string;
}

/** A stretch of a sample has ended. */
export interface SpanEndEvent extends EventBase {
  event: "span_end";
  id: string;
}

/** What a sample began with. */
export interface SampleInitEvent extends EventBase {
  event: "sample_init";
  sample: {
    input: string | readonly ChatMessage[];
    target?: string | readonly string[];
    id?: string | number;
    metadata?: JsonObject;
    sandbox?: JsonObject;
    files?: Record<string, string>;
    setup?: string;
  };
  state?: JsonObject;
}

/** One request to the model, with what went in and what came out. */
export interface ModelEvent extends EventBase {
  event: "model";
  model: string;
  role?: string;
  input: readonly ChatMessage[];
  /** Where `input` went when it was moved into the sample's message pool. */
  input_refs?: readonly (readonly [number, number])[];
  tools: readonly ToolInfo[];
  tool_choice: "auto" | "any" | "none" | { name: string };
  config: JsonObject;
  output: ModelOutput;
  call?: ModelCall;
  retries?: number;
  cache?: "read" | "write";
  error?: string;
  completed?: string;
  working_time?: number;
}

/** The request as it went over the wire, and the answer. */
export interface ModelCall {
  request: JsonObject;
  response?: JsonObject;
  error?: boolean;
  time?: number;
  call_refs?: readonly (readonly [number, number])[];
  call_key?: string;
}

/** One tool call with its result. */
export interface ToolEvent extends EventBase {
  event: "tool";
  /** @default "function" */
  type?: "function";
  /** The tool call's id. */
  id: string;
  function: string;
  arguments: JsonObject;
  result?: unknown;
  error?: ToolCallError;
  /** Bytes before the cut, and the limit. */
  truncated?: readonly [number, number];
  view?: ToolCallContent;
  completed?: string;
  working_time?: number;
  /** Id of the tool message that carries the result. */
  message_id?: string;
  failed?: boolean;
  agent?: string;
  agent_span_id?: string;
}

/** Something was run, read or written in the sandbox. */
export interface SandboxEvent extends EventBase {
  event: "sandbox";
  action: "exec" | "read_file" | "write_file";
  cmd?: string;
  options?: JsonObject;
  input?: string;
  /** The exit code of an exec. */
  result?: number;
  output?: string;
  file?: string;
  completed?: string;
}

/** A score was given. */
export interface ScoreEvent extends EventBase {
  event: "score";
  score: Score;
  target?: string | readonly string[];
  scorer?: string;
  scorer_args?: JsonObject;
  /** @default false */
  intermediate?: boolean;
  model_usage?: Record<string, ModelUsage>;
  role_usage?: Record<string, ModelUsage>;
}

/** A limit ended the sample. */
export interface SampleLimitEvent extends EventBase {
  event: "sample_limit";
  type: Exclude<SampleLimitType, "context">;
  message: string;
  limit?: number;
}

/** The sample failed. */
export interface ErrorEvent extends EventBase {
  event: "error";
  error: EvalErrorInfo;
}

/** Something that somebody wanted in the log. */
export interface InfoEvent extends EventBase {
  event: "info";
  /** Who says it; our own events are info events, since an unknown event makes a sample unreadable. */
  source?: string;
  data: unknown;
}

/** A line of the program's own log. */
export interface LoggerEvent extends EventBase {
  event: "logger";
  message: {
    level: "debug" | "trace" | "http" | "sandbox" | "info" | "warning" | "error" | "critical";
    message: string;
    /** Milliseconds since 1970. */
    created: number;
    name?: string;
    filename?: string;
    module?: string;
    lineno?: number;
  };
}

/** The conversation was shortened. */
export interface CompactionEvent extends EventBase {
  event: "compaction";
  type?: "summary" | "edit" | "trim";
  tokens_before?: number;
  tokens_after?: number;
  source?: string;
}

/** One change of a JSON value, as in RFC 6902. */
export interface JsonChange {
  op: "remove" | "add" | "replace" | "move" | "test" | "copy";
  path: string;
  from?: string;
  value?: unknown;
  replaced?: unknown;
}

/** The state of the sample changed. */
export interface StateEvent extends EventBase {
  event: "state" | "store";
  changes: readonly JsonChange[];
}

/** A tool call was approved or refused. */
export interface ApprovalEvent extends EventBase {
  event: "approval";
  message: string;
  call: ToolCall;
  approver: string;
  decision: "approve" | "modify" | "reject" | "escalate" | "terminate";
  /** The call that ran instead. */
  modified?: ToolCall;
  explanation?: string;
}

/** Kinds that Inspect knows and we only pass on. */
export interface OtherEvent extends EventBase {
  event:
    | "anchor"
    | "branch"
    | "checkpoint"
    | "input"
    | "interrupt"
    | "review"
    | "score_edit"
    | "sentinel"
    | "step"
    | "subtask";
  [key: string]: unknown;
}

/** Any event of a sample; `event` tells which. */
export type EvalEvent =
  | SpanBeginEvent
  | SpanEndEvent
  | SampleInitEvent
  | ModelEvent
  | ToolEvent
  | SandboxEvent
  | ScoreEvent
  | SampleLimitEvent
  | ErrorEvent
  | InfoEvent
  | LoggerEvent
  | CompactionEvent
  | StateEvent
  | ApprovalEvent
  | OtherEvent;
