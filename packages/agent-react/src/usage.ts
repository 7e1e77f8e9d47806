import type { ModelUsage } from "@mlebench/base/log-types";

/** Nothing used yet. */
export const NO_USAGE: ModelUsage = { input_tokens: 0, output_tokens: 0, total_tokens: 0 };

/** Sum of two usages; an optional count stays absent only when both lack it. */
export function addUsage(left: ModelUsage, right: ModelUsage): ModelUsage {
  return {
    input_tokens: left.input_tokens + right.input_tokens,
    output_tokens: left.output_tokens + right.output_tokens,
    total_tokens: left.total_tokens + right.total_tokens,
    ...sumOptional(left, right, "input_tokens_cache_read"),
    ...sumOptional(left, right, "input_tokens_cache_write"),
    ...sumOptional(left, right, "reasoning_tokens"),
    ...sumOptional(left, right, "total_cost"),
  };
}

type OptionalCount = "input_tokens_cache_read" | "input_tokens_cache_write" | "reasoning_tokens" | "total_cost";

function sumOptional(left: ModelUsage, right: ModelUsage, key: OptionalCount): Partial<Record<OptionalCount, number>> {
  if (left[key] === undefined && right[key] === undefined) return {};
  return { [key]: (left[key] ?? 0) + (right[key] ?? 0) };
}
