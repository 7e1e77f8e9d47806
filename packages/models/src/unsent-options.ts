import type { LanguageModelV3GenerateResult, SharedV3Warning } from "@ai-sdk/provider";
import type { GenerationOptions } from "@mlebench/base";
import type { WireBody } from "./providers/exchange.js";

/** The options that a request may lack, and where the protocols have them. */
const PLACES = {
  temperature: ["temperature", "inferenceConfig.temperature", "generationConfig.temperature"],
  topP: ["top_p", "p", "inferenceConfig.topP", "generationConfig.topP"],
  topK: ["top_k", "k", "additionalModelRequestFields.top_k", "generationConfig.topK"],
  maxTokens: [
    "max_tokens",
    "max_completion_tokens",
    "max_output_tokens",
    "inferenceConfig.maxTokens",
    "generationConfig.maxOutputTokens",
  ],
  seed: ["seed", "random_seed", "generationConfig.seed"],
  stopSequences: ["stop", "stop_sequences", "inferenceConfig.stopSequences", "generationConfig.stopSequences"],
  frequencyPenalty: ["frequency_penalty", "generationConfig.frequencyPenalty"],
  presencePenalty: ["presence_penalty", "generationConfig.presencePenalty"],
  reasoningEffort: [
    "reasoning_effort",
    "reasoning.effort",
    "output_config.effort",
    "thinking",
    "generationConfig.thinkingConfig",
    "additionalModelRequestFields.thinking",
    "additionalModelRequestFields.reasoning_config",
    "additionalModelRequestFields.reasoning_effort",
  ],
  reasoningTokens: [
    "thinking.budget_tokens",
    "reasoning.max_tokens",
    "thinking_budget",
    "thinking.token_budget",
    "generationConfig.thinkingConfig.thinkingBudget",
    "additionalModelRequestFields.thinking.budget_tokens",
  ],
  reasoningSummary: ["reasoning.summary", "thinking.display"],
  parallelToolCalls: ["parallel_tool_calls", "tool_choice.disable_parallel_tool_use"],
} satisfies Partial<Record<keyof GenerationOptions, readonly string[]>>;

type Option = keyof typeof PLACES;

/** What a model does anyway, so that leaving the option out is doing as asked. */
function isAsIs(option: Option, value: unknown, body: WireBody): boolean {
  if (option === "parallelToolCalls") return value === true || !Array.isArray(body["tools"]);
  return value === "none" && (option === "reasoningSummary" || option === "reasoningEffort");
}

/**
 * The warnings of a result, where one of type `unsupported` stands for each option that was asked for and did not go
 * out, named as in {@link GenerationOptions}. What really was sent decides, and a provider's own warning gives the reason.
 */
export function unsentWarnings(
  asked: GenerationOptions,
  result: LanguageModelV3GenerateResult,
  modelId: string,
): SharedV3Warning[] {
  const body = bodyOf(result.request?.body);
  if (body === undefined) return result.warnings;
  const names = Object.keys(PLACES) as Option[];
  const unsent = names.filter((name) => {
    const value = asked[name];
    if (value === undefined || isAsIs(name, value, body)) return false;
    return !PLACES[name].some((path) => at(body, path.split(".")) !== undefined);
  });
  const others = result.warnings.filter((warning) => optionOf(warning) === undefined);
  return [
    ...others,
    ...changedEffort(asked.reasoningEffort, body),
    ...unsent.map((name): SharedV3Warning => {
      const told = result.warnings.find((warning) => optionOf(warning) === name);
      const details = told?.type === "unsupported" ? told.details : undefined;
      return { type: "unsupported", feature: name, details: details ?? `${modelId} does not take it` };
    }),
  ];
}

/** Services have fewer words for an effort than there are, and then the nearest one goes out. */
function changedEffort(asked: string | undefined, body: WireBody): SharedV3Warning[] {
  const places = ["reasoning_effort", "reasoning.effort", "output_config.effort"];
  const sent = places.map((path) => at(body, path.split("."))).find((value) => typeof value === "string");
  if (asked === undefined || sent === undefined || sent === asked) return [];
  return [
    { type: "other", message: `The reasoning effort ${asked} was sent as ${sent}, which the service has instead.` },
  ];
}

function optionOf(warning: SharedV3Warning): Option | undefined {
  if (warning.type !== "unsupported") return undefined;
  const feature = warning.feature === "maxOutputTokens" ? "maxTokens" : warning.feature;
  return Object.hasOwn(PLACES, feature) ? (feature as Option) : undefined;
}

function bodyOf(value: unknown): WireBody | undefined {
  return typeof value === "object" && value !== null ? (value as WireBody) : undefined;
}

function at(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value ?? undefined;
  return typeof value === "object" && value !== null ? at((value as WireBody)[name], rest) : undefined;
}
