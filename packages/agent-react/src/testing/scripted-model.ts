import type { LanguageModelV3, LanguageModelV3CallOptions, LanguageModelV3Content } from "@ai-sdk/provider";
import type { ModelUsage } from "@mlebench/base/log-types";

/** One answer of a scripted model. */
export interface ScriptedTurn {
  readonly text?: string;
  readonly reasoning?: string;
  readonly toolCalls?: ReadonlyArray<{
    readonly name: string;
    /** An object, or the raw text a model would write, broken JSON included. */
    readonly arguments: Readonly<Record<string, unknown>> | string;
    readonly id?: string;
  }>;
  /** @default tool-calls when there are some, else stop */
  readonly finishReason?: "stop" | "length" | "content-filter" | "tool-calls" | "error" | "other";
  /** @default 100 tokens in, 20 out */
  readonly usage?: Partial<ModelUsage>;
  /** Thrown instead of an answer. */
  readonly error?: unknown;
  /** Milliseconds of thinking; ends early when cancelled. */
  readonly delayMilliseconds?: number;
}

/** One call that the model has got. */
export interface ScriptedModelCall {
  /** From 0. */
  readonly index: number;
  readonly options: LanguageModelV3CallOptions;
}

/** A function that answers each call; `undefined` means the script is over. */
export type Script = (call: ScriptedModelCall) => ScriptedTurn | undefined | Promise<ScriptedTurn | undefined>;

/** A model that answers from a list and remembers what it was asked. */
export interface ScriptedModel extends LanguageModelV3 {
  /** Every call so far. */
  readonly calls: readonly ScriptedModelCall[];
}

/** A model that says what it is told to. After the last turn of a list it throws. */
export function scriptedModel(
  script: readonly ScriptedTurn[] | Script,
  options: { readonly modelId?: string; readonly provider?: string } = {},
): ScriptedModel {
  const calls: ScriptedModelCall[] = [];
  const next: Script = typeof script === "function" ? script : ({ index }) => script[index];
  let callIds = 0;
  return {
    specificationVersion: "v3",
    provider: options.provider ?? "scripted",
    modelId: options.modelId ?? "model",
    supportedUrls: {},
    calls,
    async doGenerate(callOptions) {
      const call = { index: calls.length, options: callOptions };
      calls.push(call);
      const turn = await next(call);
      if (turn === undefined) throw new Error(`The script of ${calls.length - 1} turns is over.`);
      if (turn.delayMilliseconds !== undefined) await pause(turn.delayMilliseconds, callOptions.abortSignal);
      if (turn.error !== undefined) throw turn.error;
      const content: LanguageModelV3Content[] = [];
      if (turn.reasoning !== undefined) content.push({ type: "reasoning", text: turn.reasoning });
      if (turn.text !== undefined) content.push({ type: "text", text: turn.text });
      for (const toolCall of turn.toolCalls ?? []) {
        callIds += 1;
        const { arguments: input } = toolCall;
        content.push({
          type: "tool-call",
          toolCallId: toolCall.id ?? `call_${callIds}`,
          toolName: toolCall.name,
          input: typeof input === "string" ? input : JSON.stringify(input),
        });
      }
      const unified = turn.finishReason ?? ((turn.toolCalls ?? []).length === 0 ? "stop" : "tool-calls");
      return { content, finishReason: { unified, raw: unified }, usage: usageOf(turn.usage), warnings: [] };
    },
    async doStream() {
      throw new Error("A scripted model does not stream.");
    },
  };
}

function usageOf(usage: Partial<ModelUsage> = {}) {
  const noCache = usage.input_tokens ?? 100;
  const cacheRead = usage.input_tokens_cache_read;
  const cacheWrite = usage.input_tokens_cache_write;
  const total = usage.output_tokens ?? 20;
  return {
    inputTokens: { total: noCache + (cacheRead ?? 0) + (cacheWrite ?? 0), noCache, cacheRead, cacheWrite },
    outputTokens: { total, text: undefined, reasoning: usage.reasoning_tokens },
  };
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
