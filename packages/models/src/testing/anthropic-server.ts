import {
  argumentsText,
  pieces,
  type RenderedReply,
  type ServerProtocol,
  serverSentEvent,
  startModelServer,
} from "./model-server.js";
import type { ModelServer, ModelServerOptions, ServerReply, ServerRequest } from "./scripted-replies.js";

/** Starts a loopback server that speaks Anthropic's messages protocol, streaming and not, with tool calls and thinking. */
export function startAnthropicServer(options: ModelServerOptions): Promise<ModelServer> {
  return startModelServer(protocol, options);
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  500: "api_error",
  529: "overloaded_error",
};

const protocol: ServerProtocol = {
  basePath: "/v1",
  keyOf: ({ headers }) => headers["x-api-key"]?.toString(),
  error: (status, message, code) =>
    JSON.stringify({ type: "error", error: { type: code ?? ERROR_TYPES[status] ?? "api_error", message } }),
  render(request, reply) {
    if (!request.path.endsWith("/messages")) return undefined;
    return request.body["stream"] === true ? stream(request, reply) : whole(request, reply);
  },
  thinkingIn({ body }) {
    const messages = body["messages"] as ReadonlyArray<{ readonly role: string; readonly content: unknown }>;
    const contents = messages.filter(({ role }) => role === "assistant").map(({ content }) => content);
    return contents.flatMap((content) =>
      Array.isArray(content) ? content.filter(({ type }: Block) => THINKING.has(type)) : [],
    );
  },
  thinkingOf: (request, reply) => blocks(request, reply).filter(({ type }) => THINKING.has(type)),
};

type Block = Readonly<Record<string, unknown>> & { readonly type: string };

function blocks(request: ServerRequest, reply: ServerReply): Block[] {
  const list: Block[] = [];
  if (reply.reasoning !== undefined) {
    list.push({ type: "thinking", thinking: reply.reasoning, signature: `signature-${request.index}` });
  }
  if (reply.redactedReasoning !== undefined) list.push({ type: "redacted_thinking", data: reply.redactedReasoning });
  if (reply.text !== undefined) list.push({ type: "text", text: reply.text });
  for (const [index, call] of (reply.toolCalls ?? []).entries()) {
    const id = call.id ?? `toolu_${request.index}_${index}`;
    list.push({ type: "tool_use", id, name: call.name, input: JSON.parse(argumentsText(call.arguments)) });
  }
  return list;
}

const THINKING = new Set(["thinking", "redacted_thinking"]);

function message(request: ServerRequest, reply: ServerReply, content: readonly Block[]) {
  const { inputTokens = 100, outputTokens = 20, cacheReadTokens = 0, cacheWriteTokens = 0 } = reply.usage ?? {};
  return {
    id: `msg_${request.index}`,
    type: "message",
    role: "assistant",
    model: request.body["model"],
    content,
    stop_reason: reply.finishReason ?? ((reply.toolCalls ?? []).length > 0 ? "tool_use" : "end_turn"),
    stop_sequence: null,
    usage: {
      input_tokens: inputTokens,
      cache_read_input_tokens: cacheReadTokens,
      cache_creation_input_tokens: cacheWriteTokens,
      output_tokens: outputTokens,
    },
  };
}

function whole(request: ServerRequest, reply: ServerReply): RenderedReply {
  const text = JSON.stringify(message(request, reply, blocks(request, reply)));
  return { status: 200, contentType: "application/json", chunks: [text] };
}

function stream(request: ServerRequest, reply: ServerReply): RenderedReply {
  const full = message(request, reply, []);
  const chunks: string[] = [];
  const emit = (type: string, fields: Readonly<Record<string, unknown>>) =>
    chunks.push(serverSentEvent({ type, ...fields }, type));
  emit("message_start", {
    message: { ...full, stop_reason: null, usage: { ...full.usage, output_tokens: 1 } },
  });
  for (const [index, block] of blocks(request, reply).entries()) {
    const delta = (value: unknown) => emit("content_block_delta", { index, delta: value });
    if (block.type === "thinking") {
      emit("content_block_start", { index, content_block: { type: "thinking", thinking: "", signature: "" } });
      for (const thinking of pieces(String(block["thinking"]))) delta({ type: "thinking_delta", thinking });
      delta({ type: "signature_delta", signature: block["signature"] });
    } else if (block.type === "text") {
      emit("content_block_start", { index, content_block: { type: "text", text: "" } });
      for (const text of pieces(String(block["text"]))) delta({ type: "text_delta", text });
    } else if (block.type === "redacted_thinking") {
      emit("content_block_start", { index, content_block: block });
    } else {
      emit("content_block_start", { index, content_block: { ...block, input: {} } });
      for (const partial of pieces(JSON.stringify(block["input"]))) {
        delta({ type: "input_json_delta", partial_json: partial });
      }
    }
    emit("content_block_stop", { index });
  }
  emit("message_delta", {
    delta: { stop_reason: full.stop_reason, stop_sequence: null },
    usage: { output_tokens: full.usage.output_tokens },
  });
  emit("message_stop", {});
  return { status: 200, contentType: "text/event-stream", chunks };
}
