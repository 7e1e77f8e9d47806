import type { ModelUsage, StopReason } from "@mlebench/base/log-types";
import type { LimitRecord } from "./errors.js";
import type { AssistantMessage, ReactMessage } from "./messages.js";

/** The last answer of the model and what all of them used. */
export interface ReactOutput {
  readonly model: string;
  /** The last message of the model; absent when it never answered. */
  readonly message?: AssistantMessage;
  /** The submitted answer, or else the text of the last message. */
  readonly completion: string;
  readonly stopReason: StopReason;
  /** Of the last generation. */
  readonly usage: ModelUsage;
}

/** How a run of the loop ended and what it left. */
export interface ReactResult {
  /** The conversation. What a limit kept out of it is in the `messages-lost` events. */
  readonly messages: readonly ReactMessage[];
  readonly output: ReactOutput;
  readonly submitted: boolean;
  readonly answer?: string;
  /** The limit that ended the run. */
  readonly limit?: LimitRecord;
  /** Of all generations. */
  readonly usage: ModelUsage;
  /** Generations, as Inspect counts them: one that went beyond the tokens or the cost is paid for and not counted. */
  readonly turns: number;
  readonly toolCalls: number;
  readonly seconds: number;
  /** Without waits for rate limits, connections and queues. */
  readonly workingSeconds: number;
  readonly startedAt: string;
  readonly completedAt: string;
}
