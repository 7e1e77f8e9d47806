import { abortable, type GenerationOptions, type ModelCallObserver, messageOf, withoutUndefined } from "@mlebench/base";
import type { ModelUsage, StopReason, ToolCall, ToolInfo } from "@mlebench/base/log-types";
import { LimitReached, ModelFailedError } from "./errors.js";
import type { ModelAnswer } from "./events.js";
import { type GenerateOptions, type Generation, generate, type ReactModel } from "./language-model.js";
import type { AssistantMessage, MessageContent, ReactMessage } from "./messages.js";
import { modelRefusal } from "./model-failure.js";
import { parseArguments } from "./parse-arguments.js";
import { measure, type RunContext } from "./run-context.js";
import type { ReactTool } from "./tool.js";
import { NO_USAGE } from "./usage.js";

export interface TurnOptions extends Pick<GenerateOptions, "config" | "toolErrorText"> {
  readonly model: ReactModel;
  readonly modelId: string;
  readonly tools: readonly ReactTool[];
  readonly costOf: ((usage: ModelUsage) => number | undefined) | undefined;
}

export type Turn = Omit<ModelAnswer, "model">;

/**
 * One generation with its events. A prompt that is too long, or that a content filter stops, is an answer without
 * content and the fitting stop reason.
 * @throws ModelFailedError when the model cannot be called; the abort reason when cancelled.
 */
export async function generateTurn(
  messages: readonly ReactMessage[],
  run: RunContext,
  options: TurnOptions,
): Promise<Turn> {
  const callId = run.newId();
  const infos = options.tools.map(({ name, description, parameters }) => ({
    name,
    description,
    parameters: { ...parameters },
  }));
  run.emit({
    type: "model-start",
    callId,
    model: options.modelId,
    input: [...messages],
    tools: infos,
    toolChoice: infos.length === 0 ? "none" : "auto",
    config: configForLog(options.config),
  });
  const timing = measure(run);
  let retries = 0;
  const end = { type: "model-end", callId, model: options.modelId } as const;
  try {
    const generation = await ask(messages, infos, run, options, (retry) => {
      retries += 1;
      run.emit({ type: "model-retry", callId, ...retry });
    });
    const turn = toTurn(generation, run, options);
    const { request, response, warnings, unsent } = generation;
    run.emit({
      ...end,
      ...timing(),
      retries,
      output: { model: options.modelId, ...turn },
      call: { request, response },
      unsent: unsent.length === 0 ? undefined : unsent,
      warnings: warnings.length === 0 ? undefined : warnings,
    });
    return turn;
  } catch (error) {
    const reason = failureText(error, run.signal);
    const refusal = run.signal.aborted ? undefined : modelRefusal(error);
    if (refusal !== undefined) {
      const turn = emptyTurn(refusal.stopReason, run, options);
      run.emit({ ...end, ...timing(), retries, output: { model: options.modelId, ...turn }, error: refusal.message });
      return turn;
    }
    run.emit({ ...end, ...timing(), retries, error: reason });
    if (run.signal.aborted) throw run.signal.reason;
    throw new ModelFailedError(options.modelId, error);
  }
}

async function ask(
  messages: readonly ReactMessage[],
  tools: readonly ToolInfo[],
  run: RunContext,
  options: TurnOptions,
  onRetry: ModelCallObserver["onRetry"],
): Promise<Generation> {
  // Waits that a cancelled model leaves open end here, or they would swallow all later working time.
  const openWaits = new Set<() => void>();
  const work = generate(options.model, messages, {
    ...options,
    tools,
    signal: run.signal,
    observer: {
      onRetry,
      startWait() {
        const endWait = run.stopwatch.startWait();
        openWaits.add(endWait);
        return endWait;
      },
    },
  });
  try {
    return await abortable(work, run.signal);
  } finally {
    for (const endWait of openWaits) endWait();
  }
}

function toTurn(generation: Generation, run: RunContext, options: TurnOptions): Turn {
  const calls = generation.toolCalls.map((call): ToolCall => {
    const tool = options.tools.find((candidate) => candidate.name === call.name);
    const [firstParameter] = Object.keys(tool?.parameters.properties ?? {});
    const { arguments: args, parseError } = parseArguments(call.argumentsText, firstParameter);
    const view = parseError === undefined ? tool?.view?.(args) : undefined;
    return {
      id: call.id === "" ? `call_${run.newId()}` : call.id,
      function: call.name,
      arguments: args,
      parse_error: parseError,
      view,
      type: "function",
    };
  });
  const toolCalls = calls.length === 0 ? undefined : calls;
  const message = assistantMessage(generation.content, toolCalls, run, options);
  generation.remember(message);
  return { message, stopReason: generation.stopReason, usage: priced(generation.usage, options) };
}

function emptyTurn(stopReason: StopReason, run: RunContext, options: TurnOptions): Turn {
  return { message: assistantMessage("", undefined, run, options), stopReason, usage: NO_USAGE };
}

function assistantMessage(
  content: MessageContent,
  tool_calls: readonly ToolCall[] | undefined,
  run: RunContext,
  options: TurnOptions,
): AssistantMessage {
  const model = options.model.modelId;
  return { id: run.newId(), content, source: "generate", role: "assistant", tool_calls, model };
}

function priced(usage: ModelUsage, options: TurnOptions): ModelUsage {
  const cost = options.costOf?.(usage);
  return cost === undefined ? usage : { ...usage, total_cost: cost };
}

function failureText(error: unknown, signal: AbortSignal): string {
  const reason: unknown = signal.aborted ? signal.reason : error;
  const text = messageOf(reason);
  return signal.aborted && LimitReached.is(reason) ? `Cancelled: ${text}` : text;
}

/** The options under the names of Inspect's log; headers and bodies are left out because they may hold secrets. */
function configForLog(config: GenerationOptions): Record<string, unknown> {
  return withoutUndefined({
    temperature: config.temperature,
    top_p: config.topP,
    top_k: config.topK,
    max_tokens: config.maxTokens,
    seed: config.seed,
    stop_seqs: config.stopSequences,
    frequency_penalty: config.frequencyPenalty,
    presence_penalty: config.presencePenalty,
    reasoning_effort: config.reasoningEffort,
    reasoning_tokens: config.reasoningTokens,
    reasoning_summary: config.reasoningSummary,
    reasoning_history: config.reasoningHistory,
    parallel_tool_calls: config.parallelToolCalls,
    cache_prompt: config.cachePrompt,
    system_message: config.systemMessage,
  });
}
