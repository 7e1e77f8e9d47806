import { abortable, type GenerationOptions, messageOf } from "@mlebench/base";
import type { ModelUsage, StopReason, ToolCall, ToolCallError, ToolInfo } from "@mlebench/base/log-types";
import { configForLog } from "./config-for-log.js";
import { LimitReached, ModelFailedError } from "./errors.js";
import { type Generation, generate, type ReactModel } from "./language-model.js";
import type { AssistantMessage, ReactMessage } from "./messages.js";
import { modelRefusal } from "./model-failure.js";
import { parseArguments } from "./parse-arguments.js";
import { measure, type RunContext } from "./run-context.js";
import type { ReactTool } from "./tool.js";
import { NO_USAGE } from "./usage.js";

export interface TurnOptions {
  readonly model: ReactModel;
  readonly modelId: string;
  readonly tools: readonly ReactTool[];
  readonly config: GenerationOptions;
  readonly cachePrompt: boolean;
  readonly toolErrorText: (error: ToolCallError, provider: string) => string;
  readonly costOf: ((usage: ModelUsage) => number | undefined) | undefined;
}

export interface Turn {
  readonly message: AssistantMessage;
  readonly stopReason: StopReason;
  readonly usage: ModelUsage;
}

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
    const { request, response, warnings } = generation;
    run.emit({
      ...end,
      ...timing(),
      retries,
      output: { model: options.modelId, ...turn },
      call: { request, response },
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

type OnRetry = (retry: { attempt: number; waitSeconds: number; message: string; status?: number }) => void;

async function ask(
  messages: readonly ReactMessage[],
  tools: readonly ToolInfo[],
  run: RunContext,
  options: TurnOptions,
  onRetry: OnRetry,
): Promise<Generation> {
  // Waits that a cancelled model leaves open end here, or they would swallow all later working time.
  const openWaits = new Set<() => void>();
  const work = generate(options.model, messages, {
    tools,
    config: options.config,
    cachePrompt: options.cachePrompt,
    toolErrorText: options.toolErrorText,
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
  const message: AssistantMessage = {
    id: run.newId(),
    content: generation.content,
    source: "generate",
    role: "assistant",
    tool_calls: calls.length === 0 ? undefined : calls,
    model: options.model.modelId,
  };
  generation.remember(message);
  return { message, stopReason: generation.stopReason, usage: priced(generation.usage, options) };
}

function emptyTurn(stopReason: StopReason, run: RunContext, options: TurnOptions): Turn {
  const message: AssistantMessage = {
    id: run.newId(),
    content: "",
    source: "generate",
    role: "assistant",
    model: options.model.modelId,
  };
  return { message, stopReason, usage: NO_USAGE };
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
