import type { ModelUsage } from "@mlebench/base/log-types";
import { z } from "zod";
import type { Clock } from "./clock.js";
import { LimitReached, ReactOptionsError } from "./errors.js";

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

/** "reached" and "exceeded" mean what they mean in Inspect: exactly at the limit, or beyond it. */
type Strictness = "at" | "beyond";

/** Before a generation: a conversation already at the limit goes no further. On append: it may fill up to the limit. */
export function checkMessages(limits: ReactLimits, messages: number, strictness: Strictness): void {
  const limit = limits.messages;
  if (limit === undefined || !fires(messages, limit, strictness)) return;
  throw new LimitReached({
    type: "message",
    limit,
    reason: `Message limit ${state(messages, limit)}. count: ${grouped(messages)}; limit: ${grouped(limit)}`,
  });
}

export function checkTokens(limits: ReactLimits, usage: ModelUsage, strictness: Strictness): void {
  const limit = limits.tokens;
  const value = tokensOf(usage, limits.tokensOf ?? "total");
  if (limit === undefined || !fires(value, limit, strictness)) return;
  const kind = { total: "Token", input: "Input token", output: "Output token" }[limits.tokensOf ?? "total"];
  throw new LimitReached({
    type: "token",
    limit,
    reason: `${kind} limit ${state(value, limit)}. value: ${grouped(value)}; limit: ${grouped(limit)}`,
  });
}

export function checkCost(limits: ReactLimits, usage: ModelUsage, strictness: Strictness): void {
  const limit = limits.cost;
  const value = usage.total_cost ?? 0;
  if (limit === undefined || !fires(value, limit, strictness)) return;
  throw new LimitReached({
    type: "cost",
    limit,
    reason: `Cost limit ${state(value, limit)}. value: $${value.toFixed(4)}; limit: $${limit.toFixed(4)}`,
  });
}

/** Fires after the generation that is one too many, which is paid for and lost. */
export function checkTurns(limits: ReactLimits, turns: number): void {
  const limit = limits.turns;
  if (limit === undefined || turns <= limit) return;
  throw new LimitReached({
    type: "turn",
    limit,
    reason: `Turn limit exceeded. value: ${grouped(turns)}; limit: ${grouped(limit)}`,
  });
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

function fires(value: number, limit: number, strictness: Strictness): boolean {
  return strictness === "at" ? value >= limit : value > limit;
}

function state(value: number, limit: number): string {
  return value === limit ? "reached" : "exceeded";
}

function tokensOf(usage: ModelUsage, kind: "total" | "input" | "output"): number {
  if (kind === "output") return usage.output_tokens;
  return kind === "total" ? usage.total_tokens : usage.total_tokens - usage.output_tokens;
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}
