import {
  argumentsText,
  pieces,
  type RenderedReply,
  type ServerProtocol,
  serverSentEvent,
  startModelServer,
} from "./model-server.js";
import type { ModelServer, ModelServerOptions, ServerReply, ServerRequest } from "./scripted-replies.js";

/**
 * Starts a loopback server that speaks OpenAI's chat completions and responses protocols, streaming and not, with tool
 * calls, usage and errors.
 */
export function startOpenAiServer(options: ModelServerOptions): Promise<ModelServer> {
  return startModelServer(protocol, options);
}

/** A fixed time in answers, so that runs compare equal. */
const CREATED = 1_767_225_600;

/** An error within a stream has no status of its own; there the code is the type too. */
function errorType(status: number, code: string | undefined): string {
  if (status === 429) return "rate_limit_error";
  return status < 400 && code !== undefined ? code : "invalid_request_error";
}

const protocol: ServerProtocol = {
  basePath: "/v1",
  keyOf: ({ headers }) => headers.authorization?.replace(/^Bearer /, "") ?? headers["api-key"]?.toString(),
  error: (status, message, code) =>
    JSON.stringify({
      error: {
        message,
        type: errorType(status, code),
        param: null,
        code: code ?? null,
      },
    }),
  render(request, reply) {
    const stream = request.body["stream"] === true;
    if (request.path.endsWith("/chat/completions")) return stream ? chatStream(request, reply) : chat(request, reply);
    if (request.path.endsWith("/responses"))
      return stream ? responsesStream(request, reply) : responses(request, reply);
    return undefined;
  },
  thinkingIn({ path, body }) {
    if (path.endsWith("/responses")) {
      return (body["input"] as readonly Fields[]).filter(({ type }) => type === "reasoning").map(asGiven);
    }
    const messages = (body["messages"] ?? []) as readonly Fields[];
    return messages.filter(({ role }) => role === "assistant").flatMap(thinkingOfMessage);
  },
  thinkingOf(request, reply) {
    if (request.path.endsWith("/responses")) {
      return outputItems(request, reply)
        .filter(({ type }) => type === "reasoning")
        .map(asGiven);
    }
    return thinkingOfMessage(chatMessage(request, reply));
  },
};

type Fields = Readonly<Record<string, unknown>>;

/** A reasoning item as it is compared: with an order of its own fields. */
function asGiven({ id, summary, encrypted_content }: Fields): Fields {
  return { id, summary, encrypted_content };
}

/** Where details are given, they alone come back: the text beside them says the same. */
function thinkingOfMessage(message: Fields): unknown[] {
  const calls = (message["tool_calls"] ?? []) as readonly Fields[];
  const signatures = calls.map((call) => call["extra_content"]).filter((extra) => extra !== undefined);
  const { reasoning_content, reasoning, reasoning_details, content } = message;
  if (Array.isArray(content)) return content.filter(({ type }: Fields) => type === "thinking");
  const names = reasoning_details === undefined ? { reasoning_content, reasoning } : { reasoning_details };
  const texts = Object.entries(names).filter(([, value]) => value !== undefined);
  return [...texts, ...signatures];
}

function toolCalls(request: ServerRequest, reply: ServerReply) {
  return (reply.toolCalls ?? []).map((call, index) => ({
    id: call.id ?? `call_${request.index}_${index}`,
    type: "function",
    function: { name: call.name, arguments: argumentsText(call.arguments) },
    ...(call.thoughtSignature === undefined
      ? {}
      : { extra_content: { google: { thought_signature: call.thoughtSignature } } }),
  }));
}

function chatUsage(reply: ServerReply) {
  const { inputTokens = 100, outputTokens = 20, cacheReadTokens = 0, reasoningTokens = 0 } = reply.usage ?? {};
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cacheReadTokens },
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
  };
}

function finishReason(reply: ServerReply): string {
  return reply.finishReason ?? ((reply.toolCalls ?? []).length > 0 ? "tool_calls" : "stop");
}

function json(value: unknown): RenderedReply {
  return { status: 200, contentType: "application/json", chunks: [JSON.stringify(value)] };
}

function events(chunks: readonly string[]): RenderedReply {
  return { status: 200, contentType: "text/event-stream", chunks };
}

/** Thinking under the names that the reply's server has for it. */
function reasoningFields({ reasoning, reasoningName = "reasoning_content", reasoningDetails }: ServerReply): Fields {
  return {
    ...(reasoning === undefined || reasoningName === "content" ? {} : { [reasoningName]: reasoning }),
    ...(reasoningDetails === undefined ? {} : { reasoning_details: reasoningDetails }),
  };
}

/** The content of a message of Mistral's that thinks. */
function thinkingChunks({ reasoning, text }: ServerReply): Fields[] {
  const thinking = { type: "thinking", thinking: [{ type: "text", text: reasoning }] };
  return text === undefined ? [thinking] : [thinking, { type: "text", text }];
}

function chatMessage(request: ServerRequest, reply: ServerReply): Fields {
  const calls = toolCalls(request, reply);
  const isChunked = reply.reasoningName === "content" && reply.reasoning !== undefined;
  return {
    role: "assistant",
    content: isChunked ? thinkingChunks(reply) : (reply.text ?? null),
    ...(reply.refusal === undefined ? {} : { refusal: reply.refusal }),
    ...reasoningFields(reply),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function chat(request: ServerRequest, reply: ServerReply): RenderedReply {
  return json({
    id: `chatcmpl-${request.index}`,
    object: "chat.completion",
    created: CREATED,
    model: request.body["model"],
    choices: [{ index: 0, message: chatMessage(request, reply), finish_reason: finishReason(reply) }],
    usage: chatUsage(reply),
  });
}

function chatStream(request: ServerRequest, reply: ServerReply): RenderedReply {
  const base = {
    id: `chatcmpl-${request.index}`,
    object: "chat.completion.chunk",
    created: CREATED,
    model: request.body["model"],
  };
  const chunk = (delta: unknown, finish: string | null = null) =>
    serverSentEvent({ ...base, choices: [{ index: 0, delta, finish_reason: finish }] });
  const chunks = [chunk({ role: "assistant", content: "" })];
  for (const [name, value] of Object.entries(reasoningFields(reply))) {
    const parts = typeof value === "string" ? pieces(value) : (value as readonly unknown[]).flatMap(detailPieces);
    for (const part of parts) chunks.push(chunk({ [name]: part }));
  }
  if (reply.reasoningName === "content") chunks.push(chunk({ content: chatMessage(request, reply)["content"] }));
  else if (reply.text !== undefined) for (const piece of pieces(reply.text)) chunks.push(chunk({ content: piece }));
  for (const [index, call] of toolCalls(request, reply).entries()) {
    const { arguments: args, name } = call.function;
    chunks.push(chunk({ tool_calls: [{ index, ...call, function: { name, arguments: "" } }] }));
    for (const piece of pieces(args)) chunks.push(chunk({ tool_calls: [{ index, function: { arguments: piece } }] }));
  }
  chunks.push(chunk({}, finishReason(reply)));
  chunks.push(serverSentEvent({ ...base, choices: [], usage: chatUsage(reply) }), serverSentEvent("[DONE]"));
  return events(chunks);
}

/** A detail in pieces: its text first, bit by bit, then its signature. */
function detailPieces(detail: unknown): unknown[] {
  const { text, signature, ...rest } = (detail ?? {}) as Fields;
  if (typeof text !== "string") return [[detail]];
  const texts = pieces(text).map((piece) => [{ ...rest, text: piece }]);
  return signature === undefined ? texts : [...texts, [{ ...rest, signature }]];
}

type OutputItem = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

function outputItems(request: ServerRequest, reply: ServerReply): OutputItem[] {
  const items: OutputItem[] = [];
  if (reply.reasoning !== undefined) {
    items.push({
      id: `rs_${request.index}`,
      type: "reasoning",
      summary: [{ type: "summary_text", text: reply.reasoning }],
      encrypted_content: `encrypted-${request.index}`,
    });
  }
  if (reply.text !== undefined || reply.refusal !== undefined) {
    const { refusal } = reply;
    items.push({
      id: `msg_${request.index}`,
      type: "message",
      status: "completed",
      role: "assistant",
      ...(reply.phase === undefined ? {} : { phase: reply.phase }),
      content: [
        ...(reply.text === undefined ? [] : [{ type: "output_text", text: reply.text, annotations: [] }]),
        ...(refusal === undefined ? [] : [{ type: "refusal", refusal }]),
      ],
    });
  }
  for (const [index, call] of toolCalls(request, reply).entries()) {
    items.push({
      id: `fc_${request.index}_${index}`,
      type: "function_call",
      status: "completed",
      call_id: call.id,
      ...call.function,
    });
  }
  return items;
}

function responseObject(request: ServerRequest, reply: ServerReply, output: readonly OutputItem[]) {
  const { inputTokens = 100, outputTokens = 20, cacheReadTokens = 0, reasoningTokens = 0 } = reply.usage ?? {};
  return {
    id: `resp_${request.index}`,
    object: "response",
    created_at: CREATED,
    status: reply.finishReason === undefined ? "completed" : "incomplete",
    incomplete_details: reply.finishReason === undefined ? null : { reason: reply.finishReason },
    error: null,
    model: request.body["model"],
    output,
    usage: {
      input_tokens: inputTokens,
      input_tokens_details: { cached_tokens: cacheReadTokens },
      output_tokens: outputTokens,
      output_tokens_details: { reasoning_tokens: reasoningTokens },
      total_tokens: inputTokens + outputTokens,
    },
  };
}

function responses(request: ServerRequest, reply: ServerReply): RenderedReply {
  return json(responseObject(request, reply, outputItems(request, reply)));
}

function responsesStream(request: ServerRequest, reply: ServerReply): RenderedReply {
  const items = outputItems(request, reply);
  const chunks: string[] = [];
  const emit = (type: string, fields: Readonly<Record<string, unknown>>) =>
    chunks.push(serverSentEvent({ type, sequence_number: chunks.length, ...fields }, type));
  emit("response.created", { response: { ...responseObject(request, reply, []), status: "in_progress", usage: null } });
  for (const [index, item] of items.entries()) {
    const place = { output_index: index, item_id: item.id };
    emit("response.output_item.added", { output_index: index, item: opened(item) });
    if (item.type === "message") {
      for (const delta of pieces(reply.text ?? "")) {
        emit("response.output_text.delta", { ...place, content_index: 0, delta, logprobs: [] });
      }
    }
    if (item.type === "reasoning") {
      emit("response.reasoning_summary_part.added", {
        ...place,
        summary_index: 0,
        part: { type: "summary_text", text: "" },
      });
      for (const delta of pieces(reply.reasoning ?? "")) {
        emit("response.reasoning_summary_text.delta", { ...place, summary_index: 0, delta });
      }
    }
    if (item.type === "function_call") {
      const text = String(item["arguments"]);
      for (const delta of pieces(text)) emit("response.function_call_arguments.delta", { ...place, delta });
      emit("response.function_call_arguments.done", { ...place, arguments: text });
    }
    emit("response.output_item.done", { output_index: index, item });
  }
  const ended = reply.finishReason === undefined ? "response.completed" : "response.incomplete";
  emit(ended, { response: responseObject(request, reply, items) });
  return events(chunks);
}

/** An item at its beginning: nothing in it yet. */
function opened(item: OutputItem): OutputItem {
  if (item.type === "message") return { ...item, status: "in_progress", content: [] };
  if (item.type === "function_call") return { ...item, status: "in_progress", arguments: "" };
  return { ...item, summary: [], encrypted_content: null };
}
