import type { ModelUsage } from "@mlebench/base/log-types";

/** Nothing used yet. */
export const NO_USAGE: ModelUsage = { input_tokens: 0, output_tokens: 0, total_tokens: 0 };

/** Sum of two usages; an optional count stays absent only when both lack it. */
export function addUsage(left: ModelUsage, right: ModelUsage): ModelUsage {
  return {
    input_tokens: left.input_tokens + right.input_tokens,
    output_tokens: left.output_tokens + right.output_tokens,
    total_tokens: left.total_tokens + right.total_tokens,
    input_tokens_cache_read: sum(left.input_tokens_cache_read, right.input_tokens_cache_read),
    input_tokens_cache_write: sum(left.input_tokens_cache_write, right.input_tokens_cache_write),
    reasoning_tokens: sum(left.reasoning_tokens, right.reasoning_tokens),
    total_cost: sum(left.total_cost, right.total_cost),
  };
}

function sum(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined && right === undefined ? undefined : (left ?? 0) + (right ?? 0);
}
