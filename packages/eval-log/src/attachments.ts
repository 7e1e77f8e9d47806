import type {
  ChatMessage,
  Content,
  EvalEvent,
  EvalSample,
  JsonObject,
  ModelOutput,
  ToolCall,
} from "@mlebench/base/log-types";
import { murmur3Hex } from "./murmur3.js";

const ATTACHMENT_PREFIX = "attachment://";
/** Longer strings of events are moved out (Inspect 0.3.285). */
const MAX_INLINE_CHARACTERS = 100;

type TextMap = (text: string) => string;

/** Moves long texts out of events, and data URIs out of messages, each stored once under its murmur3 hash. */
export class AttachmentStore {
  readonly attachments: Record<string, string>;
  readonly #hashes = new Map<string, string>();

  constructor(existing: Readonly<Record<string, string>> = {}) {
    this.attachments = { ...existing };
  }

  /** For texts of events. */
  readonly fromEvent = (text: string): string =>
    text.length > MAX_INLINE_CHARACTERS && !this.#isReference(text) ? this.#store(text) : text;

  /** For texts of messages, where only data URIs move. */
  readonly fromMessage = (text: string): string => (/^data:[^,]{0,200},/.test(text) ? this.#store(text) : text);

  #isReference(text: string): boolean {
    return text.startsWith(ATTACHMENT_PREFIX) && text.slice(ATTACHMENT_PREFIX.length) in this.attachments;
  }

  #store(text: string): string {
    let hash = this.#hashes.get(text);
    if (hash === undefined) {
      hash = murmur3Hex(text);
      this.#hashes.set(text, hash);
      this.attachments[hash] = text;
    }
    return ATTACHMENT_PREFIX + hash;
  }
}

/** The opposite: puts a text back in place of its reference; a reference to nothing stays. */
export function attachmentResolver(attachments: Readonly<Record<string, string>>): TextMap {
  return (text) =>
    text.startsWith(ATTACHMENT_PREFIX) ? (attachments[text.slice(ATTACHMENT_PREFIX.length)] ?? text) : text;
}

export interface TextMaps {
  readonly event: TextMap;
  /** Applied to pictures and the like in tool results; other results always stay inline, as no reader resolves them. */
  readonly media: TextMap;
}

/** Applies the maps to the places of an event in which readers look for references, and nowhere else. */
export function mapEventTexts(event: EvalEvent, maps: TextMaps): EvalEvent {
  const map = maps.event;
  switch (event.event) {
    case "model":
      return {
        ...event,
        input: event.input.map((message) => mapMessageTexts(message, map)),
        tools: event.tools.map((tool) => ({ ...tool, description: map(tool.description) })),
        output: mapOutput(event.output, map),
        call: event.call && {
          ...event.call,
          request: mapObject(event.call.request, map),
          response: event.call.response && mapObject(event.call.response, map),
        },
      };
    case "tool":
      return {
        ...event,
        arguments: mapObject(event.arguments, map),
        result: mapToolResult(event.result, maps.media),
      };
    case "sample_init":
      return {
        ...event,
        sample: { ...event.sample, input: mapInput(event.sample.input, map) },
        state: event.state && mapObject(event.state, map),
      };
    case "state":
    case "store":
      return {
        ...event,
        changes: event.changes.map((change) =>
          change.value === undefined ? change : { ...change, value: mapJson(change.value, map) },
        ),
      };
    case "info":
      return { ...event, data: mapJson(event.data, map) };
    default:
      return event;
  }
}

export function mapInput(input: EvalSample["input"], map: TextMap): EvalSample["input"] {
  return typeof input === "string" ? map(input) : input.map((message) => mapMessageTexts(message, map));
}

/** A text message's tool calls are left alone: readers walk them only beside a list of contents. */
export function mapMessageTexts<T extends ChatMessage>(message: T, map: TextMap): T {
  if (typeof message.content === "string") {
    const content = map(message.content);
    return content === message.content ? message : { ...message, content };
  }
  return {
    ...message,
    content: message.content.map((content) => mapContent(content, map)),
    ...(message.role === "assistant" &&
      message.tool_calls && { tool_calls: message.tool_calls.map((call) => mapToolCall(call, map)) }),
  };
}

function mapOutput(output: ModelOutput, map: TextMap): ModelOutput {
  return {
    ...output,
    choices: output.choices.map((choice) => ({ ...choice, message: mapMessageTexts(choice.message, map) })),
  };
}

function mapContent(content: Content, map: TextMap): Content {
  switch (content.type) {
    case "text":
      return { ...content, text: map(content.text) };
    case "reasoning":
      return { ...content, reasoning: map(content.reasoning) };
    case "image":
      return { ...content, image: map(content.image) };
    case "tool_use":
      return {
        ...content,
        ...pick(content, ["arguments", "result"], (value) => mapJson(value, map)),
        ...pick(content, ["error"], (value) => (typeof value === "string" ? map(value) : value)),
      };
    case "data":
      return { ...content, ...pick(content, ["data"], (value) => mapJson(value, map)) };
    default:
      return {
        ...content,
        ...pick(content, [content.type], (value) => (typeof value === "string" ? map(value) : value)),
      };
  }
}

function mapToolCall(call: ToolCall, map: TextMap): ToolCall {
  return {
    ...call,
    arguments: mapObject(call.arguments, map),
    view: call.view && { ...call.view, content: call.view.content && map(call.view.content) },
  };
}

const MEDIA = ["image", "audio", "video", "document"];

function mapToolResult(result: unknown, map: TextMap): unknown {
  if (Array.isArray(result)) return result.map((part) => mapToolResult(part, map));
  if (!isObject(result)) return result;
  return { ...result, ...pick(result, MEDIA, (value) => (typeof value === "string" ? map(value) : value)) };
}

function pick(from: JsonObject, keys: readonly string[], change: (value: unknown) => unknown): JsonObject {
  return Object.fromEntries(keys.filter((key) => key in from).map((key) => [key, change(from[key])]));
}

function mapJson(value: unknown, map: TextMap): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((item) => mapJson(item, map));
  return isObject(value) ? mapObject(value, map) : value;
}

function mapObject(value: JsonObject, map: TextMap): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapJson(item, map)]));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
