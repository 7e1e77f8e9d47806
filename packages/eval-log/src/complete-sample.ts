import { shortId } from "@mlebench/base";
import type { ChatMessage, EvalEvent, EvalSample, ModelOutput, Score } from "@mlebench/base/log-types";

const KNOWN: Readonly<Record<EvalEvent["event"], true>> = {
  span_begin: true,
  span_end: true,
  sample_init: true,
  model: true,
  tool: true,
  sandbox: true,
  score: true,
  sample_limit: true,
  error: true,
  info: true,
  logger: true,
  compaction: true,
  state: true,
  store: true,
  approval: true,
  anchor: true,
  branch: true,
  checkpoint: true,
  input: true,
  interrupt: true,
  review: true,
  score_edit: true,
  sentinel: true,
  step: true,
  subtask: true,
};

/** Every `event` value that Inspect 0.3.285 reads; one other value makes it reject the whole sample. */
const EVENT_NAMES: ReadonlySet<string> = new Set(Object.keys(KNOWN));

/** Fills in what may be left out when writing, so that the stored sample has every field the format's schema names. */
export function completeSample(sample: EvalSample, now: Date): EvalSample {
  return {
    ...sample,
    input: completeInput(sample.input),
    messages: (sample.messages ?? []).map(completeMessage),
    output: completeOutput(sample.output ?? { model: "", choices: [] }),
    scores:
      sample.scores &&
      Object.fromEntries(Object.entries(sample.scores).map(([name, score]) => [name, completeScore(score)])),
    metadata: sample.metadata ?? {},
    store: sample.store ?? {},
    events: completeEvents(sample.events ?? [], sample.started_at ?? isoTime(now)),
    model_usage: sample.model_usage ?? {},
    role_usage: sample.role_usage ?? {},
    attachments: sample.attachments ?? {},
    uuid: sample.uuid ?? shortId(),
    error_retries: (sample.error_retries ?? []).map((retry) => ({
      ...retry,
      events: retry.events && completeEvents(retry.events, sample.started_at ?? isoTime(now)),
    })),
  };
}

export function completeScore(score: Score): Score {
  return { ...score, history: score.history ?? [] };
}

/** UTC with an explicit offset, as every time in a log. */
export function isoTime(date: Date): string {
  return date.toISOString().replace("Z", "+00:00");
}

/** A reader takes "now" for a missing time, so the time of the event before it is written instead. */
function completeEvents(events: readonly EvalEvent[], start: string): EvalEvent[] {
  let timestamp = start;
  let workingStart = 0;
  return events.map((event) => {
    timestamp = event.timestamp ?? timestamp;
    workingStart = event.working_start ?? workingStart;
    return {
      ...completeEvent(event),
      uuid: event.uuid ?? shortId(),
      timestamp,
      working_start: workingStart,
    };
  });
}

function completeEvent(event: EvalEvent): EvalEvent {
  if (!EVENT_NAMES.has(event.event)) return { event: "info", source: "mlebench", data: event };
  switch (event.event) {
    case "model":
      return { ...event, input: event.input.map(completeMessage), output: completeOutput(event.output) };
    case "tool":
      return Object.assign({ events: [] }, event, { type: event.type ?? "function", result: event.result ?? "" });
    case "score":
      return { ...event, score: completeScore(event.score), intermediate: event.intermediate ?? false };
    case "sample_init":
      return {
        ...event,
        sample: { ...event.sample, input: completeInput(event.sample.input), target: event.sample.target ?? "" },
        state: event.state ?? {},
      };
    case "logger":
      return { ...event, message: { filename: "unknown", module: "unknown", lineno: 0, ...event.message } };
    case "compaction":
      return { ...event, type: event.type ?? "summary" };
    case "state":
    case "store":
      return {
        ...event,
        changes: event.changes.map((change) => ({
          ...change,
          value: change.value ?? null,
          replaced: change.replaced ?? null,
        })),
      };
    case "span_begin":
    case "span_end":
      return { ...event, span_id: event.span_id ?? event.id };
    default:
      return event;
  }
}

function completeInput(input: string | readonly ChatMessage[]): string | readonly ChatMessage[] {
  return typeof input === "string" ? input : input.map(completeMessage);
}

/** Messages are completed once each, so that the same object stays the same for the pools. */
const completed = new WeakMap<ChatMessage, ChatMessage>();

function completeMessage(message: ChatMessage): ChatMessage {
  let done = completed.get(message);
  if (!done) {
    done = {
      ...message,
      ...(typeof message.content !== "string" && {
        content: message.content.map((content) => {
          if (content.type === "reasoning") return { ...content, redacted: content.redacted ?? false };
          return content.type === "image" ? { ...content, detail: content.detail ?? "auto" } : content;
        }),
      }),
      ...(message.role === "assistant" &&
        message.tool_calls && {
          tool_calls: message.tool_calls.map((call) => ({ ...call, type: call.type ?? "function" })),
        }),
    };
    completed.set(message, done);
  }
  return done;
}

function completeOutput(output: ModelOutput): ModelOutput {
  const choices = output.choices.map((choice) => ({
    ...choice,
    message: { ...choice.message, ...completeMessage(choice.message), role: "assistant" as const },
  }));
  return { ...output, choices, completion: output.completion ?? textOf(choices[0]?.message) };
}

function textOf(message: ChatMessage | undefined): string {
  if (!message) return "";
  if (typeof message.content === "string") return message.content;
  return message.content.map((content) => (content.type === "text" ? content.text : "")).join("");
}
