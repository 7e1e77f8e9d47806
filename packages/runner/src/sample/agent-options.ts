import type { Approver } from "@mlebench/agent-react";
import type { SettingsAt } from "../settings/setting-values.js";

/** What may be changed about the default agent. All are off by default: results stay comparable with the Inspect eval. */
export type AgentOptions = SettingsAt<"agent">;

/** What a run sets for its agent: the options, and who approves its tool calls. */
export interface AgentSettings extends AgentOptions {
  readonly approvers?: readonly Approver[];
}
