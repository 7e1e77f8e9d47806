import { availableParallelism, totalmem } from "node:os";
import type { ReactLimits } from "@mlebench/agent-react";
import type { SettingsAt } from "./setting-values.js";

/** What a run is comparable with. */
export type ProtocolName = "inspect" | "mle-bench" | "quick";

/** Limits and hardware that a protocol sets where nothing else is said. */
export interface ProtocolDefaults {
  /** Messages of one conversation; null for no limit. */
  readonly maxMessages: number | null;
  /** Seconds of wall clock for the agent; undefined for no limit. */
  readonly timeLimitSeconds?: number;
  /** Seconds that one command of the agent may take. */
  readonly commandTimeoutSeconds: number;
  /** CPUs of the sandbox. */
  readonly cpus: number;
  /** GB of memory of the sandbox; undefined for no limit. */
  readonly memoryGB?: number;
}

/** Names of the sets of defaults. */
export const PROTOCOLS: readonly ProtocolName[] = ["inspect", "mle-bench", "quick"];

const HOUR = 3600;

/**
 * Defaults of a protocol: `inspect` is what the Inspect eval runs with (30 messages, 360 s a command, 1 CPU), `mle-bench`
 * the paper's setting (24 hours, no message cap, 36 CPUs and 440 GB as far as the host has them), `quick` a cheap smoke run.
 */
export function protocolDefaults(
  name: ProtocolName,
  host: { readonly cpus: number; readonly memoryBytes: number } = {
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
  },
): ProtocolDefaults {
  if (name === "mle-bench") {
    return {
      maxMessages: null,
      timeLimitSeconds: 24 * HOUR,
      commandTimeoutSeconds: 24 * HOUR,
      cpus: Math.min(36, host.cpus),
      memoryGB: Math.min(440, Math.max(1, Math.floor((host.memoryBytes / 1024 ** 3) * 0.9))),
    };
  }
  if (name === "quick") return { maxMessages: 16, timeLimitSeconds: 600, commandTimeoutSeconds: 120, cpus: 1 };
  return { maxMessages: 30, commandTimeoutSeconds: 360, cpus: 1 };
}

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
