import type { GenerationOptions } from "@mlebench/base";
import type { ModelUsage, ToolCallError } from "@mlebench/base/log-types";
import type { Approver } from "./approval.js";
import type { Clock } from "./clock.js";
import type { CompactionOptions } from "./compaction.js";
import type { ReactEvent } from "./events.js";
import type { ReactModel } from "./language-model.js";
import type { ReactLimits } from "./limits.js";
import type { ReactSandbox } from "./sandbox.js";
import type { ReactTool } from "./tool.js";

/** What is said to a model that answers without calling a tool. */
export const DEFAULT_CONTINUE_TEXT =
  "\nGo on with whatever you judge to be the best next step. If you consider the task finished, hand in your final answer with the `submit()` tool.\n";

/** What {@link runReact} takes. */
export interface ReactOptions {
  /** Any model of the AI SDK. */
  readonly model: ReactModel;
  readonly sandbox: ReactSandbox;
  /** The task, as the first user message. */
  readonly input: string;
  /** First part of the system message. Without any part there is no system message. */
  readonly instructions?: string;
  /** Second part of the system message: how to work. */
  readonly assistantPrompt?: string;
  /** Third part of the system message: how to submit. */
  readonly submitPrompt?: string;
  /** @default bash, submit */
  readonly tools?: readonly ReactTool[];
  readonly limits?: ReactLimits;
  readonly config?: GenerationOptions;

  /** Sent as a user message when a turn calls no tool. @default DEFAULT_CONTINUE_TEXT */
  readonly continueText?: string;
  /** End the run after this many turns in a row without a tool call. @default no cap, as in Inspect */
  readonly maxStalls?: number;
  /** Content filter stops in a row that end the run. @default 3 */
  readonly maxContentFilters?: number;
  /** Ask again, up to this often, when the content filter stopped an answer. @default 0 */
  readonly retryRefusals?: number;
  /** What to do when the prompt no longer fits: end, or trim the conversation and go on. @default "disabled" */
  readonly truncation?: "disabled" | "auto";
  /** Shorten long prompts. @default off */
  readonly compaction?: CompactionOptions;
  /** Longest output of a tool in bytes; 0 for no limit. @default 16384 */
  readonly maxToolOutputBytes?: number;
  /** Calls of one turn that run at the same time. @default no cap */
  readonly maxParallelTools?: number;
  /** Asked before each tool call but a submission, in this order, until one decides. @default none: every call runs */
  readonly approvers?: readonly Approver[];
  /** End the run with an error when the sandbox is gone, instead of telling the model. @default false */
  readonly failOnSandboxUnavailable?: boolean;
  /**
   * When a run is cut short: how long to wait for running commands to end, so that nobody scores a sandbox in which
   * something still runs. @default 10
   */
  readonly settleSeconds?: number;
  /** Text of a failed tool call for the provider. @default the message, after "Error: " where the provider has no error flag */
  readonly toolErrorText?: (error: ToolCallError, provider: string) => string;

  /** Name in events and usage. @default `${model.provider}/${model.modelId}` */
  readonly modelId?: string;
  /** US dollars of one generation; the cost limit needs it. */
  readonly costOf?: (usage: ModelUsage) => number | undefined;
  /** Cancels the run. With a `LimitReached` as its reason the run ends as a limit, with a result. */
  readonly signal?: AbortSignal;
  /** Called with everything that happens, in order. What it throws ends the run. */
  readonly onEvent?: (event: ReactEvent) => void;
  /** @default the system's */
  readonly clock?: Clock;
  /** Makes ids of messages and events. @default random, 22 characters */
  readonly newId?: () => string;
}
