import type { ReactLimits } from "@mlebench/agent-react";
import { type SettingValues, valuesAt } from "../settings/setting-values.js";
import type { ProtocolName } from "../task/protocol.js";
import type { RunEvalOptions } from "./run-options.js";

/** What a protocol has to do with: its name, and what counts by it. */
export interface ResolvedLimits {
  readonly protocol: ProtocolName;
  readonly limits: ReactLimits;
  readonly commandTimeoutSeconds: number;
}

/** The settings of a run by their names, with the limits that count. The task's parameters stand in its arguments. */
export function settingsOf(
  options: RunEvalOptions,
  { protocol, limits, commandTimeoutSeconds }: ResolvedLimits,
): SettingValues {
  return {
    ...valuesAt("run", options),
    ...valuesAt("modelOptions", options.modelOptions),
    ...valuesAt("generate", options.generate),
    ...valuesAt("agent", options.agent),
    protocol,
    commandTimeoutSeconds,
    messageLimit: limits.messages ?? null,
    tokenLimit: limits.tokens,
    turnLimit: limits.turns,
    timeLimitSeconds: limits.timeSeconds,
    workingLimitSeconds: limits.workingSeconds,
    costLimit: limits.cost,
  };
}
