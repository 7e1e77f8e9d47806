import type { ChatMessage, Content, EvalSample, EvalSampleSummary, JsonObject, Score } from "@mlebench/base/log-types";
import { toJsonText } from "./json-text.js";

/** Lengths at which Inspect 0.3.285 cuts what a list of samples carries. */
const MAX_INPUT_CHARACTERS = 5120;
const MAX_TEXT_CHARACTERS = 1024;

/** The row of a sample in a list: everything but messages and events, long texts cut. */
export function sampleSummary(sample: EvalSample): EvalSampleSummary {
  return {
    id: sample.id,
    epoch: sample.epoch,
    input: cutInput(sample.input),
    choices: sample.choices,
    target: typeof sample.target === "string" ? cutInputText(sample.target) : sample.target.map(cutInputText),
    metadata: cutMetadata(sample.metadata ?? {}),
    scores:
      sample.scores &&
      Object.fromEntries(Object.entries(sample.scores).map(([name, score]) => [name, cutScore(score)])),
    model_usage: sample.model_usage ?? {},
    role_usage: sample.role_usage ?? {},
    started_at: sample.started_at,
    completed_at: sample.completed_at,
    total_time: sample.total_time,
    working_time: sample.working_time,
    uuid: sample.uuid,
    error: sample.error?.message,
    limit: sample.limit?.type,
    limit_reason: sample.limit?.reason,
    retries: sample.error_retries?.length,
    completed: true,
    message_count: sample.messages?.length ?? 0,
    turn_count: sample.turn_count,
    message_limit: sample.message_limit,
    token_limit: sample.token_limit,
    token_limit_type: sample.token_limit_type,
    token_limit_usage: sample.token_limit_usage,
    time_limit: sample.time_limit,
  };
}

function cutScore(score: Score): Score {
  return {
    value: score.value,
    answer: score.answer && cutText(score.answer),
    explanation: score.explanation && cutText(score.explanation),
    reason: score.reason,
    metadata: score.metadata && cutMetadata(score.metadata),
    history: [],
  };
}

function cutMetadata(metadata: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(metadata).flatMap(([key, value]) => {
      if (typeof value === "string") return [[key, cutText(value)]];
      return toJsonText(value).length <= MAX_TEXT_CHARACTERS ? [[key, value]] : [];
    }),
  );
}

function cutInput(input: string | readonly ChatMessage[]): string | readonly ChatMessage[] {
  if (typeof input === "string") return cutInputText(input);
  return input.map((message) => ({
    ...message,
    content: typeof message.content === "string" ? cutInputText(message.content) : message.content.map(textOnly),
  }));
}

function textOnly(content: Content): Content {
  const text = content.type === "text" ? cutInputText(content.text) : `(${content.type})`;
  return { type: "text", text };
}

function cutInputText(text: string): string {
  return text.length > MAX_INPUT_CHARACTERS ? `${text.slice(0, MAX_INPUT_CHARACTERS)}...\n(content truncated)` : text;
}

function cutText(text: string): string {
  return text.length > MAX_TEXT_CHARACTERS ? `${text.slice(0, MAX_TEXT_CHARACTERS - 3)}...` : text;
}
