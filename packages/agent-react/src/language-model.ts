import type {
  JSONValue,
  LanguageModelV2,
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3Content,
  LanguageModelV3FunctionTool,
  LanguageModelV3Message,
  LanguageModelV3Prompt,
  LanguageModelV3ToolCallPart,
  SharedV3ProviderMetadata,
  SharedV3ProviderOptions,
  SharedV3Warning,
} from "@ai-sdk/provider";
import { type GenerationOptions, MODEL_CALL_OBSERVER, type ModelCallObserver, parseJson } from "@mlebench/base";
import type {
  ContentReasoning,
  ContentText,
  ModelUsage,
  StopReason,
  ToolCallError,
  ToolInfo,
} from "@mlebench/base/log-types";
import type { AssistantMessage, MessageContent, ReactMessage } from "./messages.js";
import { messageText } from "./messages.js";

/** Any model of the AI SDK: what `openai("gpt-5")` and its like return, of version 5 or 6. */
export type ReactModel = LanguageModelV3 | LanguageModelV2;

/** A tool call as the model wrote it, its arguments still text. */
export interface RawToolCall {
  readonly id: string;
  readonly name: string;
  readonly argumentsText: string;
}

/** An option of a generation that did not go out. */
export interface UnsentOption {
  /** Its name in {@link GenerationOptions}. */
  readonly option: string;
  readonly reason: string;
}

/** One answer of a model. */
export interface Generation {
  readonly content: MessageContent;
  readonly toolCalls: readonly RawToolCall[];
  readonly stopReason: StopReason;
  readonly usage: ModelUsage;
  readonly request?: unknown;
  readonly response?: unknown;
  /** Options that were asked for and not sent, because the model does not take them. */
  readonly unsent: readonly UnsentOption[];
  /** Everything else that the model's package warns of. */
  readonly warnings: readonly string[];
  /** Call it with the message made of this answer, so that thinking and signatures go back to the provider whole. */
  remember(message: AssistantMessage): void;
}

export interface GenerateOptions {
  readonly tools: readonly ToolInfo[];
  readonly config: GenerationOptions;
  /** Text of a failed tool call for the provider. */
  readonly toolErrorText: (error: ToolCallError, provider: string) => string;
  readonly signal: AbortSignal;
  readonly observer: ModelCallObserver;
}

/** What stands for an assistant turn without content where an empty one is refused. */
const NO_CONTENT = "(no content)";

/** The parts of each answer as the provider gave them; they carry signatures that a log message has no room for. */
const originalParts = new WeakMap<AssistantMessage, readonly LanguageModelV3Content[]>();

/** Asks the model once. This file is the only one that knows the AI SDK's shapes. */
export async function generate(
  model: ReactModel,
  messages: readonly ReactMessage[],
  options: GenerateOptions,
): Promise<Generation> {
  const { config } = options;
  const marksCache = isCached(model.provider, config);
  const callOptions: LanguageModelV3CallOptions & { [MODEL_CALL_OBSERVER]: ModelCallObserver } = {
    prompt: toPrompt(messages, model.provider, options),
    abortSignal: options.signal,
    [MODEL_CALL_OBSERVER]: options.observer,
    ...toTools(options.tools, marksCache),
    temperature: config.temperature,
    topP: config.topP,
    topK: config.topK,
    maxOutputTokens: config.maxTokens,
    seed: config.seed,
    stopSequences: config.stopSequences && [...config.stopSequences],
    frequencyPenalty: config.frequencyPenalty,
    presencePenalty: config.presencePenalty,
    providerOptions: marksCache ? withCache(config.providerOptions) : toProviderOptions(config.providerOptions),
    headers: config.headers,
  };
  // The two versions differ only in usage and finish reason, which are read leniently below.
  const result = await (model as LanguageModelV3).doGenerate(callOptions);
  const toolCalls = result.content
    .filter((part) => part.type === "tool-call")
    .filter((part) => part.providerExecuted !== true)
    .map((part) => ({ id: part.toolCallId, name: part.toolName, argumentsText: argumentsText(part.input) }));
  return {
    content: toContent(result.content),
    toolCalls,
    stopReason: toStopReason(result.finishReason, toolCalls.length > 0),
    usage: toUsage(result.usage),
    ...toWarnings(result.warnings ?? []),
    request: jsonBody(result.request?.body),
    response: result.response?.body,
    remember: (message) => originalParts.set(message, result.content),
  };
}

/** Models answer with JSON text; some hand-made ones with the object itself. */
function argumentsText(input: unknown): string {
  return typeof input === "string" ? input : JSON.stringify(input ?? {});
}

function jsonBody(body: unknown): unknown {
  const value = typeof body === "string" ? parseJson(body) : undefined;
  return value === undefined ? body : value;
}

function isCached(provider: string, { cachePrompt = true }: GenerationOptions): boolean {
  return cachePrompt && provider.startsWith("anthropic");
}

const CACHE = { cacheControl: { type: "ephemeral" } };

function toProviderOptions(options: GenerationOptions["providerOptions"]): SharedV3ProviderOptions | undefined {
  return options as SharedV3ProviderOptions | undefined;
}

/** Anthropic caches what stands before a mark: the tools, the system text, and by this the growing conversation. */
function withCache(options: GenerationOptions["providerOptions"]): SharedV3ProviderOptions {
  const { anthropic, ...others } = toProviderOptions(options) ?? {};
  return { ...others, anthropic: { ...CACHE, ...anthropic } };
}

function toTools(
  tools: readonly ToolInfo[],
  marksCache: boolean,
): Pick<LanguageModelV3CallOptions, "tools" | "toolChoice"> {
  if (tools.length === 0) return {};
  const last = tools.length - 1;
  const mark = { providerOptions: { anthropic: CACHE } };
  return {
    tools: tools.map((tool, index) => ({ ...toFunctionTool(tool), ...(marksCache && index === last ? mark : {}) })),
    toolChoice: { type: "auto" },
  };
}

function toWarnings(warnings: readonly SharedV3Warning[]): Pick<Generation, "unsent" | "warnings"> {
  const unsent: UnsentOption[] = [];
  const others: string[] = [];
  for (const warning of warnings) {
    if (warning.type === "other") others.push(warning.message);
    else if (warning.type === "unsupported" && OPTIONS.has(warning.feature)) {
      unsent.push({ option: warning.feature, reason: warning.details ?? "the model does not take it" });
    } else others.push([warning.feature, warning.details].filter((part) => part !== undefined).join(": "));
  }
  return { unsent, warnings: others };
}

/** The options that a model may not take. */
const OPTIONS: ReadonlySet<string> = new Set([
  "temperature",
  "topP",
  "topK",
  "maxTokens",
  "seed",
  "stopSequences",
  "frequencyPenalty",
  "presencePenalty",
  "reasoningEffort",
  "reasoningTokens",
  "reasoningSummary",
  "parallelToolCalls",
]);

function toFunctionTool(tool: ToolInfo): LanguageModelV3FunctionTool {
  return {
    type: "function",
    name: tool.name,
    description: tool.description,
    inputSchema: tool.parameters as LanguageModelV3FunctionTool["inputSchema"],
  };
}

function toPrompt(
  messages: readonly ReactMessage[],
  provider: string,
  options: GenerateOptions,
): LanguageModelV3Prompt {
  const prompt: LanguageModelV3Message[] = [];
  const { systemMessage } = options.config;
  if (systemMessage !== undefined) prompt.push({ role: "system", content: systemMessage });
  const remembered = withThinking(messages, provider, options.config.reasoningHistory);
  for (const message of messages) {
    const next = toPromptMessage(message, provider, options, remembered.has(message));
    const last = prompt.at(-1);
    // Results of one turn travel together: some providers insist on it.
    if (next.role === "tool" && last?.role === "tool") last.content.push(...next.content);
    else prompt.push(next);
  }
  if (isCached(provider, options.config)) {
    const system = prompt.findLast((message) => message.role === "system");
    if (system !== undefined) system.providerOptions = { anthropic: CACHE };
  }
  return prompt;
}

/** The answers whose thinking goes back. Anthropic wants all of it, whatever is asked for. */
function withThinking(
  messages: readonly ReactMessage[],
  provider: string,
  history: string | undefined,
): ReadonlySet<ReactMessage> {
  const answers = messages.filter((message) => message.role === "assistant");
  if (history === "none" && !provider.startsWith("anthropic")) return new Set();
  if (history !== "last" || provider.startsWith("anthropic")) return new Set(answers);
  const last = answers.findLast(
    ({ content }) => typeof content !== "string" && content.some((part) => part.type === "reasoning"),
  );
  return new Set(last === undefined ? [] : [last]);
}

function toPromptMessage(
  message: ReactMessage,
  provider: string,
  options: GenerateOptions,
  keepsThinking: boolean,
): LanguageModelV3Message {
  switch (message.role) {
    case "system":
      return { role: "system", content: message.content };
    case "user":
      return { role: "user", content: [{ type: "text", text: messageText(message) }] };
    case "assistant": {
      const parts = assistantParts(message, provider).filter((part) => keepsThinking || part.type !== "reasoning");
      return { role: "assistant", content: withContent(parts, provider) };
    }
    case "tool":
      return {
        role: "tool",
        content: [
          {
            type: "tool-result",
            toolCallId: message.tool_call_id,
            toolName: message.function,
            output:
              message.error === undefined
                ? { type: "text", value: message.content }
                : { type: "error-text", value: options.toolErrorText(message.error, provider) },
          },
        ],
      };
  }
}

/** Anthropic refuses a turn that is empty or ends with thinking; elsewhere an empty text says what it is. */
function withContent(parts: readonly AssistantPart[], provider: string): AssistantPart[] {
  if (provider.startsWith("anthropic")) {
    const last = parts.at(-1)?.type;
    return last === undefined || last === "reasoning" ? [...parts, { type: "text", text: NO_CONTENT }] : [...parts];
  }
  return parts.length > 0 ? [...parts] : [{ type: "text", text: "" }];
}

type AssistantPart = Extract<LanguageModelV3Message, { role: "assistant" }>["content"][number];

function assistantParts(message: AssistantMessage, provider: string): AssistantPart[] {
  const original = originalParts.get(message);
  const parts = original === undefined ? rebuiltParts(message, provider) : originalAsPrompt(original, message);
  return parts.filter((part) => part.type !== "text" || part.text !== "");
}

/** The provider's own parts, with the arguments that the loop read from the text. */
function originalAsPrompt(content: readonly LanguageModelV3Content[], message: AssistantMessage): AssistantPart[] {
  const parts: AssistantPart[] = [];
  let calls = 0;
  for (const part of content) {
    const providerOptions = part.type === "file" ? undefined : part.providerMetadata;
    if (part.type === "text") parts.push({ type: "text", text: part.text, providerOptions });
    if (part.type === "reasoning") parts.push({ type: "reasoning", text: part.text, providerOptions });
    if (part.type === "tool-result") {
      parts.push({
        type: "tool-result",
        toolCallId: part.toolCallId,
        toolName: part.toolName,
        output: { type: part.isError === true ? "error-json" : "json", value: part.result as JSONValue },
        providerOptions,
      });
    }
    if (part.type !== "tool-call") continue;
    if (part.providerExecuted === true) {
      const input = jsonBody(part.input);
      parts.push({ ...callPart(part.toolCallId, part.toolName, input), providerExecuted: true, providerOptions });
      continue;
    }
    const call = message.tool_calls?.[calls];
    calls += 1;
    if (call !== undefined) parts.push({ ...callPart(call.id, call.function, call.arguments), providerOptions });
  }
  return parts;
}

/** For messages that this process did not generate, such as those of a log. */
function rebuiltParts(message: AssistantMessage, provider: string): AssistantPart[] {
  const content: ReadonlyArray<ContentText | ContentReasoning> =
    typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;
  const parts: AssistantPart[] = content.map((part) =>
    part.type === "text"
      ? { type: "text", text: part.text }
      : { type: "reasoning", text: part.redacted === true ? "" : part.reasoning, ...reasoningOptions(part, provider) },
  );
  for (const call of message.tool_calls ?? []) parts.push(callPart(call.id, call.function, call.arguments));
  return parts;
}

function reasoningOptions(part: ContentReasoning, provider: string): { providerOptions?: SharedV3ProviderOptions } {
  if (typeof part.internal === "object" && part.internal !== null) {
    return { providerOptions: part.internal as SharedV3ProviderOptions };
  }
  if (!provider.startsWith("anthropic")) return {};
  if (part.redacted === true) return { providerOptions: { anthropic: { redactedData: part.reasoning } } };
  return part.signature === undefined ? {} : { providerOptions: { anthropic: { signature: part.signature } } };
}

function callPart(toolCallId: string, toolName: string, input: unknown): LanguageModelV3ToolCallPart {
  return { type: "tool-call", toolCallId, toolName, input };
}

function toContent(content: readonly LanguageModelV3Content[]): MessageContent {
  const parts: Array<ContentText | ContentReasoning> = [];
  for (const part of content) {
    if (part.type === "text" && part.text !== "") parts.push({ type: "text", text: part.text });
    if (part.type === "reasoning") parts.push(toReasoning(part.text, part.providerMetadata));
  }
  if (parts.some((part) => part.type === "reasoning")) return parts;
  return parts.map((part) => (part.type === "text" ? part.text : "")).join("\n");
}

function toReasoning(text: string, metadata: SharedV3ProviderMetadata | undefined): ContentReasoning {
  const anthropic = metadata?.["anthropic"];
  const redacted = anthropic?.["redactedData"];
  const signature = anthropic?.["signature"];
  return {
    type: "reasoning",
    reasoning: typeof redacted === "string" ? redacted : text,
    signature: typeof signature === "string" ? signature : undefined,
    redacted: typeof redacted === "string" ? true : undefined,
    internal: metadata,
  };
}

const STOP_REASONS: Readonly<Record<string, StopReason>> = {
  stop: "stop",
  length: "max_tokens",
  "content-filter": "content_filter",
  "tool-calls": "tool_calls",
};

function toStopReason(reason: unknown, hasToolCalls: boolean): StopReason {
  const unified = typeof reason === "string" ? reason : field(reason, "unified");
  if (field(reason, "raw") === "model_context_window_exceeded") return "model_length";
  const stopReason = (typeof unified === "string" ? STOP_REASONS[unified] : undefined) ?? "unknown";
  // Some compatible servers say "stop" beside tool calls.
  return hasToolCalls && (stopReason === "stop" || stopReason === "unknown") ? "tool_calls" : stopReason;
}

function toUsage(usage: unknown): ModelUsage {
  const input = field(usage, "inputTokens");
  const output = field(usage, "outputTokens");
  const nested = typeof input === "object" && input !== null;
  const inputTotal = number(nested ? field(input, "total") : input) ?? 0;
  const cacheRead = number(nested ? field(input, "cacheRead") : field(usage, "cachedInputTokens"));
  const cacheWrite = nested ? number(field(input, "cacheWrite")) : undefined;
  const outputTotal = number(nested ? field(output, "total") : output) ?? 0;
  const reasoning = number(nested ? field(output, "reasoning") : field(usage, "reasoningTokens"));
  const uncached = nested ? number(field(input, "noCache")) : undefined;
  return {
    input_tokens: uncached ?? Math.max(0, inputTotal - (cacheRead ?? 0) - (cacheWrite ?? 0)),
    output_tokens: outputTotal,
    total_tokens: inputTotal + outputTotal,
    input_tokens_cache_read: cacheRead,
    input_tokens_cache_write: cacheWrite,
    reasoning_tokens: reasoning,
  };
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
