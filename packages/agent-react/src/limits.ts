import type { ModelUsage } from "@mlebench/base/log-types";
import { z } from "zod";
import type { Clock } from "./clock.js";
import { LimitReached, type LimitType, ReactOptionsError } from "./errors.js";

const count = z.number().int().nonnegative();
const amount = z.number().nonnegative();

const LimitsSchema = z.strictObject({
  messages: count.optional(),
  tokens: count.optional(),
  tokensOf: z.enum(["total", "input", "output"]).optional(),
  turns: count.optional(),
  timeSeconds: amount.optional(),
  workingSeconds: amount.optional(),
  cost: amount.optional(),
});

/** Each limit is off when absent. */
export interface ReactLimits {
  /** Messages in the conversation, system and input included. */
  readonly messages?: number;
  /** Tokens of all generations. */
  readonly tokens?: number;
  /** Which tokens count. @default "total" */
  readonly tokensOf?: "total" | "input" | "output";
  /** Generations. */
  readonly turns?: number;
  /** Seconds by the clock since `runReact` was called. */
  readonly timeSeconds?: number;
  /** Seconds by the clock without the waits for rate limits, connections and sandbox queues. */
  readonly workingSeconds?: number;
  /** US dollars; needs `costOf`. */
  readonly cost?: number;
}

/** Refuses unknown names and impossible numbers, so that a misspelt limit is never silently no limit. */
export function parseLimits(limits: ReactLimits): ReactLimits {
  const parsed = LimitsSchema.safeParse(limits);
  if (parsed.success) return parsed.data;
  throw new ReactOptionsError(
    `The limits cannot be used: ${z.prettifyError(parsed.error)}`,
    "Limits are messages, tokens, tokensOf, turns, timeSeconds, workingSeconds and cost, each a number from 0 up.",
  );
}

/** Before a generation: a conversation already at the limit goes no further. On append: it may fill up to the limit. */
type Strictness = "at" | "beyond";

export function checkMessages(limits: ReactLimits, messages: number, strictness: Strictness): void {
  check("message", "Message", messages, limits.messages, { strictness, what: "count" });
}

export function checkTokens(limits: ReactLimits, usage: ModelUsage, strictness: Strictness): void {
  const { tokensOf = "total" } = limits;
  const { total_tokens: total, output_tokens: output } = usage;
  const name = { total: "Token", input: "Input token", output: "Output token" }[tokensOf];
  check("token", name, { total, input: total - output, output }[tokensOf], limits.tokens, { strictness });
}

export function checkCost(limits: ReactLimits, usage: ModelUsage, strictness: Strictness): void {
  const dollars = (value: number): string => `$${value.toFixed(4)}`;
  check("cost", "Cost", usage.total_cost ?? 0, limits.cost, { strictness, textOf: dollars });
}

/** Fires after the generation that is one too many, which is paid for and lost. */
export function checkTurns(limits: ReactLimits, turns: number): void {
  check("turn", "Turn", turns, limits.turns, { strictness: "beyond" });
}

/** What says that the time by the clock is over; also for the signal of agents that do not look at the time. */
export function timeLimitReached(timeSeconds: number): LimitReached {
  return new LimitReached({
    type: "time",
    limit: timeSeconds,
    reason: `Time limit exceeded. limit: ${timeSeconds} seconds`,
  });
}

/** Aborts `controller` when the time or the working time is over. Returns what stops the watch. */
export function watchTime(
  limits: ReactLimits,
  clock: Clock,
  controller: AbortController,
  workingSeconds: () => number,
): () => void {
  const cancels: Array<() => void> = [];
  const { timeSeconds, workingSeconds: workingLimit } = limits;
  if (timeSeconds !== undefined) {
    cancels.push(clock.schedule(() => controller.abort(timeLimitReached(timeSeconds)), timeSeconds * 1000));
  }
  if (workingLimit !== undefined) {
    let cancel: () => void = () => {};
    const look = () => {
      const remaining = workingLimit - workingSeconds();
      if (remaining > 0) {
        // At least a second apart: while the run waits, the remaining working time does not shrink.
        cancel = clock.schedule(look, Math.max(remaining, 1) * 1000);
        return;
      }
      const reason = `Working time limit exceeded. limit: ${workingLimit} seconds`;
      controller.abort(new LimitReached({ type: "working", limit: workingLimit, reason }));
    };
    cancel = clock.schedule(look, workingLimit * 1000);
    cancels.push(() => cancel());
  }
  return () => {
    for (const cancel of cancels) cancel();
  };
}

interface CheckOptions {
  readonly strictness: Strictness;
  /** What the message calls the value. @default "value" */
  readonly what?: string;
  readonly textOf?: (value: number) => string;
}

/** "reached" and "exceeded" mean what they mean in Inspect: exactly at the limit, or beyond it. */
function check(
  type: LimitType,
  name: string,
  value: number,
  limit: number | undefined,
  { strictness, what = "value", textOf = (count) => count.toLocaleString("en-US") }: CheckOptions,
): void {
  if (limit === undefined || !(strictness === "at" ? value >= limit : value > limit)) return;
  const state = value === limit ? "reached" : "exceeded";
  throw new LimitReached({
    type,
    limit,
    reason: `${name} limit ${state}. ${what}: ${textOf(value)}; limit: ${textOf(limit)}`,
  });
}
