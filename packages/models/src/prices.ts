import { readFile } from "node:fs/promises";
import { messageOf } from "@mlebench/base";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { ModelOptionsError } from "./errors.js";

const PriceSchema = z.strictObject({
  /** US dollars per million prompt tokens that no cache was involved in. */
  input: z.number().nonnegative(),
  /** US dollars per million generated tokens, thinking included. */
  output: z.number().nonnegative(),
  /** Per million prompt tokens read from a cache. @default input */
  cacheRead: z.number().nonnegative().optional(),
  /** Per million prompt tokens written to a cache. @default input */
  cacheWrite: z.number().nonnegative().optional(),
});

/** Price of a model in US dollars per million tokens. */
export type Price = z.infer<typeof PriceSchema>;

/** Prices by model string, such as `openai/gpt-5`. */
export type Prices = Readonly<Record<string, Price>>;

/** The vendors' list prices as known at this time. They change; give your own where cost matters. */
export const PRICES_AS_OF = "2025-11";

/** Public list prices of {@link PRICES_AS_OF}, by model string, in US dollars per million tokens. */
export const LIST_PRICES: Prices = {
  "openai/gpt-5.1": { input: 1.25, output: 10, cacheRead: 0.125 },
  "openai/gpt-5": { input: 1.25, output: 10, cacheRead: 0.125 },
  "openai/gpt-5-mini": { input: 0.25, output: 2, cacheRead: 0.025 },
  "openai/gpt-5-nano": { input: 0.05, output: 0.4, cacheRead: 0.005 },
  "openai/gpt-4.1": { input: 2, output: 8, cacheRead: 0.5 },
  "openai/gpt-4.1-mini": { input: 0.4, output: 1.6, cacheRead: 0.1 },
  "openai/gpt-4.1-nano": { input: 0.1, output: 0.4, cacheRead: 0.025 },
  "openai/gpt-4o": { input: 2.5, output: 10, cacheRead: 1.25 },
  "openai/gpt-4o-mini": { input: 0.15, output: 0.6, cacheRead: 0.075 },
  "openai/o3": { input: 2, output: 8, cacheRead: 0.5 },
  "openai/o4-mini": { input: 1.1, output: 4.4, cacheRead: 0.275 },
  "openai/o1": { input: 15, output: 60, cacheRead: 7.5 },
  "anthropic/claude-opus-4-5": { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 },
  "anthropic/claude-opus-4-1": { input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 },
  "anthropic/claude-opus-4": { input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 },
  "anthropic/claude-sonnet-4-5": { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
  "anthropic/claude-sonnet-4": { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
  "anthropic/claude-haiku-4-5": { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 },
  "google/gemini-2.5-pro": { input: 1.25, output: 10, cacheRead: 0.125 },
  "google/gemini-2.5-flash": { input: 0.3, output: 2.5, cacheRead: 0.03 },
  "google/gemini-2.5-flash-lite": { input: 0.1, output: 0.4, cacheRead: 0.01 },
  "deepseek/deepseek-chat": { input: 0.28, output: 0.42, cacheRead: 0.028 },
  "deepseek/deepseek-reasoner": { input: 0.28, output: 0.42, cacheRead: 0.028 },
  "xai/grok-4": { input: 3, output: 15, cacheRead: 0.75 },
  "xai/grok-code-fast-1": { input: 0.2, output: 1.5, cacheRead: 0.02 },
};

/** Tokens of one or more generations, in the shape of Inspect's log. */
export interface PricedUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly input_tokens_cache_read?: number;
  readonly input_tokens_cache_write?: number;
}

const MILLION = 1_000_000;

/**
 * Cost of a usage in US dollars.
 * @returns undefined when no price is known for the model.
 */
export function priceOf(modelId: string, usage: PricedUsage, prices: Prices = {}): number | undefined {
  const price = findPrice(modelId, prices);
  return price === undefined ? undefined : costAt(price, usage);
}

/** Cost of a usage at a price, in US dollars. */
export function costAt(price: Price, usage: PricedUsage): number {
  const dollars =
    usage.input_tokens * price.input +
    usage.output_tokens * price.output +
    (usage.input_tokens_cache_read ?? 0) * (price.cacheRead ?? price.input) +
    (usage.input_tokens_cache_write ?? 0) * (price.cacheWrite ?? price.input);
  return dollars / MILLION;
}

/**
 * The price of a model: one's own before the list's, the exact name before the name without its date, and a model that
 * is reached through another provider (`openrouter/openai/gpt-5`) only at one's own price, because resellers set theirs.
 */
export function findPrice(modelId: string, prices: Prices = {}): Price | undefined {
  const undated = modelId.replace(/(?:-latest|-20\d{6}|-20\d{2}-\d{2}-\d{2})$/, "");
  return prices[modelId] ?? prices[undated] ?? LIST_PRICES[modelId] ?? LIST_PRICES[undated];
}

/**
 * Reads prices from a YAML or JSON file: model string to input, output, cacheRead, cacheWrite.
 * @throws ModelOptionsError when the file cannot be read or holds anything else.
 */
export async function readPrices(path: string): Promise<Prices> {
  const parsed = z.record(z.string(), PriceSchema).safeParse(await readYaml(path));
  if (parsed.success) return parsed.data;
  throw unusablePrices(path, z.prettifyError(parsed.error));
}

async function readYaml(path: string): Promise<unknown> {
  try {
    return parseYaml(await readFile(path, "utf8"));
  } catch (cause) {
    const [firstLine = ""] = messageOf(cause).split("\n");
    throw unusablePrices(path, firstLine, cause);
  }
}

function unusablePrices(path: string, reason: string, cause?: unknown): ModelOptionsError {
  return new ModelOptionsError(
    `The prices in ${path} cannot be used: ${reason}`,
    "Write each as `provider/model: { input: 1.25, output: 10, cacheRead: 0.125 }`, in US dollars per million tokens.",
    cause,
  );
}
