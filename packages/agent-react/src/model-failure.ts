import type { StopReason } from "@mlebench/base/log-types";

/** Words that providers use for a prompt that does not fit the model's window. */
const TOO_LONG =
  /context[_ ]length[_ ]exceeded|context_window_exceeded|maximum context length|prompt is too long|input is too long|input length and `?max_tokens`? exceed|exceeds? the (?:model'?s? )?(?:maximum )?context|exceeds the maximum number of tokens|input too large|too many tokens in|request too large for model|reduce the length of the messages/i;

/** Codes that providers use when their filter stops the prompt itself. */
const FILTERED = /content_filter|content management policy|ResponsibleAIPolicyViolation|content_policy_violation/i;

/** Statuses of a request that the provider understood and refused. Others are outages or mistakes of ours. */
const REFUSALS = new Set([400, 413, 422]);

export interface ModelRefusal {
  readonly stopReason: StopReason;
  readonly message: string;
}

/**
 * Recognises provider errors that are an outcome of the conversation and not a failure of the call:
 * the prompt no longer fits, or a content filter stopped it.
 * @returns undefined for every other error.
 */
export function modelRefusal(error: unknown): ModelRefusal | undefined {
  for (const link of causes(error)) {
    const { status, text } = facts(link);
    if (status !== undefined && !REFUSALS.has(status)) continue;
    if (TOO_LONG.test(text)) return { stopReason: "model_length", message: link.message };
    if (status !== undefined && FILTERED.test(text)) return { stopReason: "content_filter", message: link.message };
  }
  return undefined;
}

function* causes(error: unknown): Generator<Error> {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    yield current;
    current = current.cause;
  }
}

function facts(error: Error): { status: number | undefined; text: string } {
  const status = "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : undefined;
  const body = "responseBody" in error && typeof error.responseBody === "string" ? error.responseBody : "";
  return { status, text: `${error.message}\n${body}` };
}
