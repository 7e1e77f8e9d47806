import { type GenerationOptions, withoutUndefined } from "@mlebench/base";
import { ModelOptionsError } from "../errors.js";
import { type ClaudeVersion, claudeVersion, isAtLeast } from "./claude-version.js";
import type { WireBody } from "./exchange.js";
import type { RequestShape } from "./request-shape.js";
import { streamedMessage } from "./streamed-message.js";

/** Inspect's defaults; its own come from Anthropic's advice on sizes. */
const BASE_TOKENS = 32_000;
const OLD_BASE_TOKENS = 4096;
/** Tokens of thinking that stand for an effort where a model takes only a number; also the room that thinking is given. */
const EFFORT_TOKENS: Readonly<Record<string, number>> = {
  minimal: 2048,
  low: 4096,
  medium: 10_000,
  high: 16_000,
  xhigh: 32_000,
  max: 32_000,
};
/** From this size on long answers need a beta. */
const LONG_ANSWER_TOKENS = 8192;

const INTERLEAVED = "interleaved-thinking-2025-05-14";
const LONG_ANSWERS = "output-128k-2025-02-19";
const BINDING = "thinking-binding-controls-2026-08-01";
/** Set by the AI SDK for every model that could give structured output; nothing here asks for it. */
const STRUCTURED = "structured-outputs-2025-11-13";

type Thinking =
  | { readonly type: "adaptive"; readonly effort: string }
  | { readonly type: "enabled"; readonly budgetTokens: number }
  | { readonly type: "disabled" | "between_tools" };

/**
 * Requests to Anthropic's messages protocol. An effort means adaptive thinking where the model has it (Claude 4.6 and
 * later) and a budget elsewhere; thinking comes with its summaries and goes on between tool calls.
 * @throws ModelOptionsError for a number of thinking tokens where the model takes only an effort.
 */
export function anthropicShape(name: string, options: GenerationOptions): RequestShape {
  const version = claudeVersion(name);
  const thinking = thinkingOf(name, version, options);
  const isThinking = thinking?.type === "adaptive" || thinking?.type === "enabled";
  const given = options.providerOptions?.["anthropic"];
  const maxTokens = defaultMaxTokens(version, thinking);
  return {
    maxTokens,
    providerOptions: {
      anthropic: withoutUndefined({
        effort: thinking?.type === "adaptive" ? thinking.effort : undefined,
        thinking: thinking && withoutUndefined({ ...thinking, effort: undefined }),
        disableParallelToolUse: options.parallelToolCalls === undefined ? undefined : !options.parallelToolCalls,
        toolStreaming: false,
      }),
    },
    finish(result, { events }) {
      const body = streamedMessage(events);
      return body === undefined ? result : { ...result, response: { ...result.response, body } };
    },
    revise({ body, headers }, call) {
      const betas = new Set((headers.get("anthropic-beta") ?? "").split(",").map((beta) => beta.trim()));
      betas.delete("");
      const structured = (body["output_config"] as WireBody | undefined)?.["format"] !== undefined;
      if (!structured) betas.delete(STRUCTURED);
      const changed: Record<string, unknown> = { ...body };
      // The AI SDK adds the budget to what was asked for.
      if (call.maxOutputTokens !== undefined) changed["max_tokens"] = call.maxOutputTokens;
      if (isThinking && given?.["thinking"] === undefined) {
        changed["thinking"] = { ...(body["thinking"] as WireBody), display: "summarized" };
        if (isAtLeast(version, 4)) betas.add(INTERLEAVED);
        if (Number(changed["max_tokens"]) > LONG_ANSWER_TOKENS) betas.add(LONG_ANSWERS);
      }
      if (thinking?.type === "enabled" && options.parallelToolCalls !== false) delete changed["tool_choice"];
      if (body["cache_control"] !== undefined) markBeforeLast(changed);
      if (bindsThinking(version)) bindThinking(changed, betas);
      if (betas.size > 0) headers.set("anthropic-beta", [...betas].join(","));
      else headers.delete("anthropic-beta");
      return { body: changed, headers };
    },
  };
}

function thinkingOf(name: string, version: ClaudeVersion, options: GenerationOptions): Thinking | undefined {
  const { reasoningEffort: effort, reasoningTokens: tokens } = options;
  if (tokens !== undefined && isAtLeast(version, 4, 7)) {
    throw new ModelOptionsError(
      `${name} takes no number of thinking tokens.`,
      "Say how much it may think with --reasoning-effort instead of --reasoning-tokens.",
    );
  }
  if (!isAtLeast(version, 3, 7)) return undefined;
  if (effort === "none") return tokens === undefined ? thinkingOff(version) : { type: "enabled", budgetTokens: tokens };
  if (effort !== undefined && isAtLeast(version, 4, 6)) {
    return { type: "adaptive", effort: adaptiveEffort(version, effort) };
  }
  const budgetTokens = tokens ?? EFFORT_TOKENS[effort ?? ""];
  return budgetTokens === undefined ? undefined : { type: "enabled", budgetTokens };
}

function adaptiveEffort(version: ClaudeVersion, effort: string): string {
  if (effort === "minimal") return "low";
  return effort === "xhigh" && !isAtLeast(version, 4, 7) ? "high" : effort;
}

/** Models before 4.7 think only when asked to; some later ones cannot be stopped. */
function thinkingOff(version: ClaudeVersion): Thinking | undefined {
  if (!isAtLeast(version, 4, 7)) return undefined;
  if (version.major !== 5) return { type: "disabled" };
  const isLate = version.minor >= 5;
  switch (version.tier) {
    case "sonnet":
      return { type: isLate ? "between_tools" : "disabled" };
    case "opus":
      return isLate ? undefined : { type: "disabled" };
    case "haiku":
      return isLate ? { type: "disabled" } : undefined;
    default:
      return undefined;
  }
}

function defaultMaxTokens(version: ClaudeVersion, thinking: Thinking | undefined): number {
  if (!isAtLeast(version, 3, 7)) return OLD_BASE_TOKENS;
  const extra =
    thinking?.type === "enabled"
      ? thinking.budgetTokens
      : thinking?.type === "adaptive"
        ? (EFFORT_TOKENS[thinking.effort] ?? 0)
        : 0;
  return Math.min(BASE_TOKENS + extra, mostTokens(version));
}

/** Most tokens that a model's answer may have. */
function mostTokens(version: ClaudeVersion): number {
  if (isAtLeast(version, 5) || version.major === 3) return 128_000;
  if (version.tier !== "opus") return 64_000;
  if (isAtLeast(version, 4, 6)) return 128_000;
  return isAtLeast(version, 4, 5) ? 64_000 : 32_000;
}

/** Models that refuse thinking which follows another beginning than the one it was thought after. */
function bindsThinking({ tier, major, minor }: ClaudeVersion): boolean {
  if (major !== 5) return false;
  return tier === "fable" ? minor >= 1 : ["opus", "sonnet", "haiku"].includes(tier ?? "") && minor >= 5;
}

/** Thinking that no longer fits its beginning, as after compaction, is dropped by the server instead of refused. */
function bindThinking(body: Record<string, unknown>, betas: Set<string>): void {
  betas.add(BINDING);
  const thinking = (body["thinking"] as WireBody | undefined) ?? { type: "adaptive" };
  if (thinking["type"] !== "adaptive") return;
  body["thinking"] = { ...thinking, block_binding: { prefix_mismatch_behavior: "drop_block" } };
}

/**
 * A second mark for the cache, on the block before the last one: what was cached is found again where the end of the
 * conversation changes. Thinking cannot be marked.
 */
function markBeforeLast(body: Record<string, unknown>): void {
  const messages = body["messages"] as readonly WireBody[];
  const places = messages.flatMap((message, index) =>
    ((message["content"] ?? []) as readonly WireBody[]).flatMap((block, at) =>
      String(block["type"]).endsWith("thinking") ? [] : [{ index, at }],
    ),
  );
  const place = places.at(-2);
  if (place === undefined) return;
  body["messages"] = messages.map((message, index) => {
    const blocks = message["content"] as readonly WireBody[];
    // A question alone is a plain text for Inspect, which has no place for a mark.
    if (index !== place.index || (message["role"] === "user" && blocks[place.at]?.["type"] === "text")) return message;
    const mark = { cache_control: { type: "ephemeral" } };
    return { ...message, content: blocks.map((block, at) => (at === place.at ? { ...block, ...mark } : block)) };
  });
}
