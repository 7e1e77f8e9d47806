import type { Approver } from "@mlebench/agent-react";
import { z } from "zod";

const count = z.number().int().positive();

/** What may be changed about the default agent. All are off by default: results stay comparable with the Inspect eval. */
export const AgentOptions = z.strictObject({
  /** Also give the agent a tool that runs Python. @default false */
  python: z.boolean().optional(),
  /** Tell the model the exit code of a command that failed. @default false */
  showExitCode: z.boolean().optional(),
  /** Tell the model what a command printed before it timed out. @default false */
  showOutputOnTimeout: z.boolean().optional(),
  /** Bytes of one tool's output; 0 for no limit. @default 16384 */
  maxToolOutputBytes: z.number().int().nonnegative().optional(),
  /** Turns in a row without a tool call that end a sample. @default no cap */
  maxStalls: count.optional(),
  /** How often an answer that the content filter stopped is asked for again. @default 0 */
  retryRefusals: z.number().int().nonnegative().optional(),
  /** Go on with the latest part of a conversation that no longer fits the model, instead of ending. @default "disabled" */
  truncation: z.enum(["disabled", "auto"]).optional(),
  /** Shorten prompts that reach so many tokens. @default off */
  compaction: z.strictObject({ strategy: z.enum(["edit", "summary", "trim"]), thresholdTokens: count }).optional(),
});
export type AgentOptions = Readonly<z.infer<typeof AgentOptions>>;

/** What a run sets for its agent: the options, and who approves its tool calls. */
export interface AgentSettings extends AgentOptions {
  readonly approvers?: readonly Approver[];
}
