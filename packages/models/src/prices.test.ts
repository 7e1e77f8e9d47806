import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findPrice, priceOf, readPrices } from "./prices.js";

const USAGE = { input_tokens: 1_000_000, output_tokens: 100_000, input_tokens_cache_read: 2_000_000 };

describe("priceOf", () => {
  it("adds input, output and cache at their own prices", () => {
    expect(priceOf("openai/gpt-5", USAGE)).toBeCloseTo(1.25 + 1 + 0.25);
    expect(priceOf("anthropic/claude-sonnet-4-5", { ...USAGE, input_tokens_cache_write: 1_000_000 })).toBeCloseTo(
      3 + 1.5 + 0.6 + 3.75,
    );
  });

  it("knows dated names, and not those it never heard of or that a reseller sells", () => {
    expect(findPrice("openai/gpt-5-2025-08-07")).toEqual(findPrice("openai/gpt-5"));
    expect(findPrice("anthropic/claude-sonnet-4-5-20250929")).toEqual(findPrice("anthropic/claude-sonnet-4-5"));
    expect(priceOf("openai/gpt-99", USAGE)).toBeUndefined();
    expect(priceOf("openrouter/openai/gpt-5", USAGE)).toBeUndefined();
  });

  it("takes one's own prices first, from a file too", async () => {
    const path = join(await mkdtemp(join(tmpdir(), "mlebench-prices-")), "prices.yaml");
    await writeFile(path, "openai/gpt-5: { input: 1, output: 2 }\nvllm/mine: { input: 0, output: 0 }\n");
    const prices = await readPrices(path);
    expect(priceOf("openai/gpt-5", USAGE, prices)).toBeCloseTo(1 + 0.2 + 2);
    expect(priceOf("vllm/mine", USAGE, prices)).toBe(0);
    await writeFile(path, "openai/gpt-5: { inpt: 1, output: 2 }\n");
    await expect(readPrices(path)).rejects.toMatchObject({ code: "MODEL_OPTIONS" });
  });
});
