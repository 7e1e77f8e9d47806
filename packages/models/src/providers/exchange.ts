import { AsyncLocalStorage } from "node:async_hooks";
import type { LanguageModelV3, LanguageModelV3CallOptions, LanguageModelV3GenerateResult } from "@ai-sdk/provider";
import { parseJson } from "@mlebench/base";
import { wrapLanguageModel } from "../wrap-language-model.js";

/** A JSON object as it goes over the wire. */
export type WireBody = Readonly<Record<string, unknown>>;

/** One attempt at a generation, as the fetch of a model sees it. */
export interface Exchange {
  /** What the AI SDK was asked for. */
  readonly call: LanguageModelV3CallOptions;
  /** The body that was sent, after every change to it. */
  sent?: WireBody;
  /** The answer's text, as far as it was read. */
  received: string;
}

/** An answer as it was sent: one JSON value, or the data of its events. */
export interface Answer {
  readonly whole?: unknown;
  readonly events: readonly unknown[];
}

const current = new AsyncLocalStorage<Exchange>();

/** The exchange that the running generation belongs to. */
export function currentExchange(): Exchange | undefined {
  return current.getStore();
}

/**
 * A model whose results hold what was really sent and received, whatever a provider's package makes of it.
 * @param finish completes a result with what the answer holds besides the AI SDK's parts.
 */
export function withExchange(
  inner: LanguageModelV3,
  finish: (result: LanguageModelV3GenerateResult, answer: Answer) => LanguageModelV3GenerateResult,
): LanguageModelV3 {
  return wrapLanguageModel(inner, async (call) => {
    const exchange: Exchange = { call, received: "" };
    const result = await current.run(exchange, () => inner.doGenerate(call));
    const answer = parseAnswer(exchange.received);
    const body = answer.whole ?? result.response?.body;
    return finish(
      {
        ...result,
        request: exchange.sent === undefined ? result.request : { body: exchange.sent },
        response: { ...result.response, ...(body === undefined ? {} : { body }) },
      },
      answer,
    );
  });
}

function parseAnswer(text: string): Answer {
  const whole = parseJson(text);
  if (whole !== undefined) return { whole, events: [] };
  const events = text
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line) => parseJson(line.slice("data:".length)))
    .filter((event) => event !== undefined);
  return { events };
}
