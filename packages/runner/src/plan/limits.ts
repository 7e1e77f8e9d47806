import type { ReactLimits } from "@mlebench/agent-react";
import type { ProtocolDefaults } from "../task/protocol.js";

/** Limits of one sample, as the user gives them. */
export interface LimitOptions {
  /** Messages of the conversation; null for no limit. Wins over the task's maxMessages. */
  readonly messageLimit?: number | null;
  readonly tokenLimit?: number;
  readonly turnLimit?: number;
  /** US dollars. */
  readonly costLimit?: number;
  /** Seconds by the clock; downloads and preparation do not count. */
  readonly timeLimitSeconds?: number;
  /** Seconds without waits for the model's rate limits and queues. */
  readonly workingLimitSeconds?: number;
}

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
