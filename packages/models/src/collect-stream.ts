import type {
  LanguageModelV3,
  LanguageModelV3Content,
  LanguageModelV3GenerateResult,
  LanguageModelV3StreamPart,
  SharedV3ProviderMetadata,
} from "@ai-sdk/provider";
import { StreamedError } from "./failure.js";
import { mergeByProvider } from "./generation-options.js";
import { wrapLanguageModel } from "./wrap-language-model.js";

/**
 * A model that generates by streaming and collecting. Long answers then keep the connection alive; some servers allow
 * their longest answers only this way.
 */
export function withStreaming(inner: LanguageModelV3): LanguageModelV3 {
  return wrapLanguageModel(inner, async (options) => {
    const { stream, request, response } = await inner.doStream(options);
    const collected = await collect(stream);
    return {
      ...collected,
      request,
      response: { ...collected.response, ...response },
    };
  });
}

type Open = { type: "text" | "reasoning"; text: string; providerMetadata?: SharedV3ProviderMetadata };

async function collect(stream: ReadableStream<LanguageModelV3StreamPart>): Promise<LanguageModelV3GenerateResult> {
  const content: LanguageModelV3Content[] = [];
  const open = new Map<string, Open>();
  let finish: Extract<LanguageModelV3StreamPart, { type: "finish" }> | undefined;
  let warnings: LanguageModelV3GenerateResult["warnings"] = [];
  let response: LanguageModelV3GenerateResult["response"] = {};
  for await (const part of stream as unknown as AsyncIterable<LanguageModelV3StreamPart>) {
    switch (part.type) {
      case "stream-start":
        warnings = part.warnings;
        break;
      case "response-metadata": {
        const { type: _, ...metadata } = part;
        response = { ...response, ...metadata };
        break;
      }
      case "text-start":
      case "reasoning-start": {
        const started: Open = { type: part.type === "text-start" ? "text" : "reasoning", text: "" };
        open.set(`${started.type} ${part.id}`, started);
        content.push(started);
        remember(started, part.providerMetadata);
        break;
      }
      case "text-delta":
      case "reasoning-delta":
      case "text-end":
      case "reasoning-end": {
        const current = open.get(`${part.type.startsWith("text") ? "text" : "reasoning"} ${part.id}`);
        if (current === undefined) break;
        if ("delta" in part) current.text += part.delta;
        remember(current, part.providerMetadata);
        break;
      }
      case "tool-call":
      case "tool-result":
      case "file":
      case "source":
      case "tool-approval-request":
        content.push(part);
        break;
      case "error":
        throw StreamedError.from(part.error);
      case "finish":
        finish = part;
        break;
    }
  }
  if (finish === undefined) throw new Error("the stream ended before the answer was complete (premature close)");
  const { finishReason, usage, providerMetadata } = finish;
  return { content, finishReason, usage, warnings, response, providerMetadata };
}

/** Signatures of thinking arrive with a later part than the text they sign. */
function remember(target: Open, metadata: SharedV3ProviderMetadata | undefined): void {
  if (metadata !== undefined) target.providerMetadata = mergeByProvider(target.providerMetadata ?? {}, metadata);
}
