import type { ReactLimits } from "@mlebench/agent-react";
import type { ModelIdentity } from "@mlebench/models";
import type { CostBound } from "./resolved-run.js";

/** Models that are files on this machine. */
const FREE: ReadonlySet<string> = new Set(["mock", "replay"]);

/** What so many attempts at samples cost at most: a limit holds for one attempt, and may be passed by its last call. */
export function costBound({ provider, price }: ModelIdentity, limits: ReactLimits, attempts: number): CostBound {
  if (limits.cost !== undefined) return { kind: "bounded", dollars: limits.cost * attempts, by: "cost limit" };
  if (FREE.has(provider)) return { kind: "bounded", dollars: 0, by: "local model" };
  if (limits.tokens === undefined) return { kind: "unbounded", why: "no cost or token limit" };
  if (price === undefined) return { kind: "unbounded", why: "unknown price" };
  const dearest = Math.max(price.input, price.output, price.cacheRead ?? 0, price.cacheWrite ?? 0);
  return { kind: "bounded", dollars: (limits.tokens * attempts * dearest) / 1e6, by: "token limit" };
}
