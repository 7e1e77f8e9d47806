import type {
  ModelUsage,
  StopReason,
  ToolCall,
  ToolCallContent,
  ToolCallError,
  ToolInfo,
} from "@mlebench/base/log-types";
import type { LimitRecord } from "./errors.js";
import type { UnsentOption } from "./language-model.js";
import type { AssistantMessage, ReactMessage } from "./messages.js";
import type { Timing } from "./run-context.js";

/** What every event carries. */
export interface ReactEventBase {
  readonly id: string;
  /** ISO 8601 with milliseconds, UTC. */
  readonly timestamp: string;
  /** Seconds of working time since the run began. */
  readonly workingStart: number;
}

/** A message became part of the conversation. */
export interface MessageEvent {
  readonly type: "message";
  readonly message: ReactMessage;
  /** Its place in the conversation, from 0. */
  readonly index: number;
}

/** Messages that exist but did not fit: a limit fired. What they tell of did happen. */
export interface MessagesLostEvent {
  readonly type: "messages-lost";
  readonly messages: readonly ReactMessage[];
  readonly limit: LimitRecord;
}

/** A request to the model begins. */
export interface ModelStartEvent {
  readonly type: "model-start";
  /** Joins start, retries and end of one generation. */
  readonly callId: string;
  readonly model: string;
  /** What the model is shown, which compaction may have shortened. */
  readonly input: readonly ReactMessage[];
  readonly tools: readonly ToolInfo[];
  readonly toolChoice: "auto" | "none";
  /** Generation options as the log names them. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** A failed attempt that will be made again; reported by models that retry. */
export interface ModelRetryEvent {
  readonly type: "model-retry";
  readonly callId: string;
  /** 1 for the first retry. */
  readonly attempt: number;
  readonly waitSeconds: number;
  readonly message: string;
  readonly status?: number;
}

/** What the model answered. */
export interface ModelAnswer {
  readonly model: string;
  readonly message: AssistantMessage;
  readonly stopReason: StopReason;
  readonly usage: ModelUsage;
}

/** A request to the model has ended, with an answer or an error. */
export interface ModelEndEvent extends Timing {
  readonly type: "model-end";
  readonly callId: string;
  readonly model: string;
  readonly retries: number;
  /** Absent when the call failed. */
  readonly output?: ModelAnswer;
  readonly error?: string;
  /** What went over the wire, as far as the provider tells. */
  readonly call?: { readonly request?: unknown; readonly response?: unknown };
  /** Options that were asked for and not sent, because the model does not take them. */
  readonly unsent?: readonly UnsentOption[];
  /** What else the model's package has to say, in words. */
  readonly warnings?: readonly string[];
}

/** A tool call begins. */
export interface ToolStartEvent {
  readonly type: "tool-start";
  readonly callId: string;
  readonly function: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly view?: ToolCallContent;
}

/** A tool call has ended. */
export interface ToolEndEvent extends Omit<ToolStartEvent, "type">, Timing {
  readonly type: "tool-end";
  /** The text the model gets unless there is an error. */
  readonly result: string;
  readonly error?: ToolCallError;
  /** [bytes before, limit] when the result was cut. */
  readonly truncated?: readonly [originalBytes: number, maxBytes: number];
  /** The id of the message that carries the result. */
  readonly messageId: string;
  /** The tool crashed, and with it the run. */
  readonly failed?: boolean;
}

/** A command that ran in the sandbox. */
export interface SandboxExecEvent extends Pick<Timing, "startedAt" | "completedAt"> {
  readonly type: "sandbox-exec";
  /** The tool call it served. */
  readonly callId: string;
  readonly command: readonly string[];
  readonly options: {
    readonly timeoutSeconds?: number;
    readonly user?: string;
    readonly cwd?: string;
    readonly input?: string;
  };
  /** Absent when the sandbox failed. */
  readonly exitCode?: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly outOfMemory: boolean;
  readonly error?: string;
}

/** A limit ends the run. */
export interface LimitEvent {
  readonly type: "limit";
  readonly limit: LimitRecord;
}

/** Something worth a line in the log. */
export interface ReactInfoEvent {
  readonly type: "info";
  readonly source: string;
  readonly data: unknown;
}

/** The conversation was shortened. */
export interface ReactCompactionEvent {
  readonly type: "compaction";
  readonly strategy: "edit" | "summary" | "trim";
  /** Estimated tokens of what the model would have been shown, and of what it is shown now. */
  readonly tokensBefore: number;
  readonly tokensAfter: number;
}

/** Somebody decided about a tool call. */
export interface ReactApprovalEvent {
  readonly type: "approval";
  readonly call: ToolCall;
  /** What the model said with the call. */
  readonly message: string;
  readonly approver: string;
  readonly decision: "approve" | "modify" | "reject" | "escalate" | "terminate";
  /** The changed ones. */
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly explanation?: string;
}

/** An event without what all of them have. */
export type ReactEventBody =
  | MessageEvent
  | MessagesLostEvent
  | ModelStartEvent
  | ModelRetryEvent
  | ModelEndEvent
  | ToolStartEvent
  | ToolEndEvent
  | SandboxExecEvent
  | LimitEvent
  | ReactInfoEvent
  | ReactCompactionEvent
  | ReactApprovalEvent;

/** Everything that happens in a run, in order; enough to write a complete log from. */
export type ReactEvent = ReactEventBase & ReactEventBody;
