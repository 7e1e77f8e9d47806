import { createHash } from "node:crypto";
import {
  APICallError,
  type LanguageModelV3,
  type LanguageModelV3CallOptions,
  type LanguageModelV3Content,
  type LanguageModelV3FinishReason,
  type LanguageModelV3GenerateResult,
  type LanguageModelV3Message,
  type LanguageModelV3Usage,
} from "@ai-sdk/provider";
import { sleep } from "@mlebench/base";
import { ModelScriptError } from "../errors.js";
import {
  type MockContext,
  type MockFunction,
  type MockScript,
  type MockTurn,
  type MockWhen,
  parseMockTurn,
} from "./mock-script.js";

/**
 * A model that follows a script. Which turn is next is read from the conversation (how often the model has spoken), so
 * that any number of samples and epochs may share one model at the same time, and a resumed one continues where it was.
 */
export function mockModel(name: string, script: MockScript | MockFunction): LanguageModelV3 {
  const failures = new Map<string, number>();
  return {
    specificationVersion: "v3",
    provider: "mock",
    modelId: name,
    supportedUrls: {},
    async doGenerate(options) {
      const context = contextOf(options);
      const turn =
        typeof script === "function" ? await fromFunction(name, script, context) : pick(name, script, context);
      if (turn.delaySeconds !== undefined) await sleep(turn.delaySeconds * 1000, options.abortSignal);
      if (turn.error !== undefined) failIfDue(turn.error, options, failures);
      return answer(turn, context, typeof script === "function" ? undefined : script.usage);
    },
    async doStream() {
      throw new ModelScriptError("A mock model does not stream.", "Leave the stream argument out.");
    },
  };
}

async function fromFunction(name: string, script: MockFunction, context: MockContext): Promise<MockTurn> {
  const turn = await script(context);
  if (turn === undefined) throw over(name, context.turn);
  return parseMockTurn(name, turn);
}

function pick(name: string, script: MockScript, context: MockContext): MockTurn {
  const part = script.scripts.find(({ when }) => fits(when, context)) ?? script;
  const rule = part.rules.find(({ when }) => fits(when, context));
  if (rule !== undefined) return rule;
  const entry = part.turns[context.turn - 1] ?? afterTheEnd(name, part, context);
  const choices = Array.isArray(entry) ? entry : [entry];
  const turn = choices.find(({ when }) => fits(when, context));
  if (turn !== undefined) return turn;
  throw new ModelScriptError(
    `No choice of turn ${context.turn} of the mock script ${name} fits the last message: ${shortened(context.last)}`,
    "Add a choice without `when`.",
  );
}

function afterTheEnd(name: string, part: Pick<MockScript, "turns" | "end">, context: MockContext) {
  const last = part.turns.at(-1);
  if (part.end === "submit") return { submit: "done" };
  if (part.end === "repeat" && last !== undefined) return last;
  throw over(name, context.turn);
}

function over(name: string, turn: number): ModelScriptError {
  return new ModelScriptError(
    `The mock script ${name} has no turn ${turn}.`,
    "Add one, or set `end` to `repeat` or `submit`.",
  );
}

function fits(when: MockWhen | undefined, context: MockContext): boolean {
  if (when === undefined) return true;
  const everything = () => context.messages.map((message) => message.text).join("\n");
  return (
    (when.turn === undefined || when.turn === context.turn) &&
    (when.last === undefined || new RegExp(when.last).test(context.last)) &&
    (when.input === undefined || new RegExp(when.input).test(context.input)) &&
    (when.any === undefined || new RegExp(when.any).test(everything()))
  );
}

function contextOf(options: LanguageModelV3CallOptions): MockContext {
  const messages = options.prompt.map((message) => ({ role: message.role, text: textOf(message) }));
  return {
    turn: messages.filter((message) => message.role === "assistant").length + 1,
    last: messages.at(-1)?.text ?? "",
    input: messages.find((message) => message.role === "user")?.text ?? "",
    messages,
  };
}

function textOf(message: LanguageModelV3Message): string {
  if (message.role === "system") return message.content;
  const texts: string[] = [];
  for (const part of message.content) {
    if (part.type === "text") texts.push(part.text);
    if (part.type === "tool-result" && "value" in part.output && typeof part.output.value === "string") {
      texts.push(part.output.value);
    }
  }
  return texts.join("\n");
}

function answer(
  turn: MockTurn,
  context: MockContext,
  defaultUsage: MockScript["usage"],
): LanguageModelV3GenerateResult {
  const content: LanguageModelV3Content[] = [];
  if (turn.reasoning !== undefined) content.push({ type: "reasoning", text: turn.reasoning });
  if (turn.text !== undefined) content.push({ type: "text", text: turn.text });
  const calls = toolCalls(turn);
  for (const [index, call] of calls.entries()) {
    content.push({
      type: "tool-call",
      toolCallId: call.id ?? `call_${context.turn}_${index + 1}`,
      toolName: call.name,
      input: typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments),
    });
  }
  return {
    content,
    finishReason: finishReason(turn, calls.length > 0),
    usage: usageOf(turn, content, context, defaultUsage),
    warnings: [],
  };
}

function toolCalls(turn: MockTurn): NonNullable<MockTurn["toolCalls"]> {
  const calls = [...(turn.toolCalls ?? [])];
  if (turn.bash !== undefined) calls.push({ name: "bash", arguments: { command: turn.bash } });
  if (turn.python !== undefined) calls.push({ name: "python", arguments: { code: turn.python } });
  if (turn.submit !== undefined) calls.push({ name: "submit", arguments: { answer: turn.submit } });
  return calls;
}

const FINISH_REASONS = {
  stop: "stop",
  max_tokens: "length",
  model_length: "length",
  tool_calls: "tool-calls",
  content_filter: "content-filter",
  unknown: "other",
} as const;

function finishReason(turn: MockTurn, hasCalls: boolean): LanguageModelV3FinishReason {
  const reason = turn.stopReason ?? (hasCalls ? "tool_calls" : "stop");
  // The name under which a full context window is known to the loop; the AI SDK has no word of its own for it.
  const raw = reason === "model_length" ? "model_context_window_exceeded" : reason;
  return { unified: FINISH_REASONS[reason], raw };
}

/** Usage as scripted, or estimated at four characters a token. */
function usageOf(
  turn: MockTurn,
  content: readonly LanguageModelV3Content[],
  context: MockContext,
  defaults: MockScript["usage"],
): LanguageModelV3Usage {
  const usage = { ...defaults, ...turn.usage };
  const prompt = context.messages.reduce((sum, message) => sum + message.text.length, 0);
  const noCache = usage.input_tokens ?? Math.ceil(prompt / 4);
  const cacheRead = usage.input_tokens_cache_read;
  const cacheWrite = usage.input_tokens_cache_write;
  return {
    inputTokens: { total: noCache + (cacheRead ?? 0) + (cacheWrite ?? 0), noCache, cacheRead, cacheWrite },
    outputTokens: {
      total: usage.output_tokens ?? Math.ceil(JSON.stringify(content).length / 4),
      text: undefined,
      reasoning: usage.reasoning_tokens,
    },
  };
}

function failIfDue(
  error: NonNullable<MockTurn["error"]>,
  options: LanguageModelV3CallOptions,
  failures: Map<string, number>,
): void {
  const key = createHash("sha256").update(JSON.stringify(options.prompt)).digest("hex");
  const before = failures.get(key) ?? 0;
  if (error.times !== undefined && before >= error.times) return;
  failures.set(key, before + 1);
  const message = error.message ?? (error.status === undefined ? "socket hang up" : `status ${error.status}`);
  throw new APICallError({
    message,
    url: "mock://",
    requestBodyValues: {},
    statusCode: error.status,
    responseHeaders:
      error.retryAfterSeconds === undefined ? undefined : { "retry-after": String(error.retryAfterSeconds) },
    responseBody: JSON.stringify({ error: { message } }),
  });
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}
