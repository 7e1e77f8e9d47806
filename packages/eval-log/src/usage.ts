import type { ModelUsage } from "@mlebench/base/log-types";

const OPTIONAL = ["input_tokens_cache_read", "input_tokens_cache_write", "reasoning_tokens", "total_cost"] as const;

/** Adds up usage by model; an optional count that nobody reports stays absent. */
export function sumUsage(parts: Iterable<Readonly<Record<string, ModelUsage>>>): Record<string, ModelUsage> {
  const total: Record<string, ModelUsage> = {};
  for (const part of parts) {
    for (const [model, usage] of Object.entries(part)) {
      const sum = total[model] ?? { input_tokens: 0, output_tokens: 0, total_tokens: 0 };
      total[model] = {
        ...sum,
        input_tokens: sum.input_tokens + usage.input_tokens,
        output_tokens: sum.output_tokens + usage.output_tokens,
        total_tokens: sum.total_tokens + usage.total_tokens,
        ...Object.fromEntries(
          OPTIONAL.filter((key) => typeof usage[key] === "number" || typeof sum[key] === "number").map((key) => [
            key,
            (sum[key] ?? 0) + (usage[key] ?? 0),
          ]),
        ),
      };
    }
  }
  return total;
}
