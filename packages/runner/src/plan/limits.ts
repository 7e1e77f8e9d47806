import type { ReactLimits } from "@mlebench/agent-react";
import type { SettingsAt } from "../settings/setting-values.js";
import type { ProtocolDefaults } from "../task/protocol.js";

/** Limits of one sample, as the user gives them. */
export type LimitOptions = Pick<
  SettingsAt<"run">,
  "messageLimit" | "tokenLimit" | "turnLimit" | "costLimit" | "timeLimitSeconds" | "workingLimitSeconds"
>;

/** What counts, strongest first: the run's own limit, the task's maxMessages, the protocol. */
export function sampleLimits(
  options: LimitOptions,
  maxMessages: number | null | undefined,
  protocol: ProtocolDefaults,
): ReactLimits {
  const messages = [options.messageLimit, maxMessages, protocol.maxMessages].find((limit) => limit !== undefined);
  return {
    messages: messages ?? undefined,
    timeSeconds: options.timeLimitSeconds ?? protocol.timeLimitSeconds,
    tokens: options.tokenLimit,
    turns: options.turnLimit,
    cost: options.costLimit,
    workingSeconds: options.workingLimitSeconds,
  };
}
