import { createHash } from "node:crypto";
import type { LanguageModelV3CallOptions } from "@ai-sdk/provider";

/**
 * The part of a request that decides the answer: messages, tools and common settings. Headers and signals are left out,
 * and so are options for one vendor, which a replay without that vendor cannot have.
 */
export function requestOf(options: LanguageModelV3CallOptions): Record<string, unknown> {
  const { abortSignal: _, headers: __, includeRawChunks: ___, providerOptions: ____, ...request } = options;
  return JSON.parse(JSON.stringify(request));
}

/** The same for the same request, whatever the order of its keys. */
export function requestKey(request: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(request)))
    .digest("hex")
    .slice(0, 32);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
