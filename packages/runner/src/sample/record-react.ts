import { type ModelAnswer, messageText, type ReactEvent } from "@mlebench/agent-react";
import { shortId } from "@mlebench/base";
import type { EvalEvent, ModelEvent, ModelOutput } from "@mlebench/eval-log";
import { isMapping } from "../settings/readers.js";
import { logName, type ModelRemarks } from "./model-remarks.js";
import { round3, type Transcript } from "./transcript.js";

/** Lines of a command's output and input that a sandbox event keeps; the full text is in the tool event. */
const SANDBOX_LINES = 20;

/**
 * Writes the events of an agent into a transcript in the log's form: a tool call is a span with its commands inside. An
 * option that the model was not sent is not in its event's config.
 * @param remarks hears of it; what it makes of that stands once in the transcript.
 * @returns the function to hand to the agent as `onEvent`.
 */
export function recordReact(transcript: Transcript, remarks?: ModelRemarks): (event: ReactEvent) => void {
  const base = transcript.elapsedSeconds;
  const agentSpan = transcript.currentSpan;
  const pendingTools = new Map<string, { readonly span: string; readonly recorded: EvalEvent }>();
  const pendingModels = new Map<string, EvalEvent & ModelEvent>();
  const remarked = new Set<string>();

  return (event) => {
    const at = { timestamp: event.timestamp.replace("Z", "+00:00"), working_start: round3(base + event.workingStart) };
    switch (event.type) {
      case "model-start": {
        const recorded = transcript.add({
          ...at,
          event: "model",
          model: event.model,
          input: event.input,
          tools: event.tools,
          tool_choice: event.toolChoice,
          config: { ...event.config },
          output: { model: event.model, choices: [] },
          pending: true,
        });
        if (recorded.event === "model") pendingModels.set(event.callId, recorded);
        break;
      }
      case "model-retry":
        transcript.add({
          ...at,
          event: "info",
          source: "model-retry",
          data: {
            attempt: event.attempt,
            wait_seconds: event.waitSeconds,
            message: event.message,
            status: event.status,
          },
        });
        break;
      case "model-end": {
        const recorded = pendingModels.get(event.callId);
        if (!recorded) break;
        pendingModels.delete(event.callId);
        delete recorded.pending;
        recorded.completed = event.completedAt.replace("Z", "+00:00");
        recorded.working_time = event.workingSeconds;
        if (event.retries > 0) recorded.retries = event.retries;
        if (event.error !== undefined) recorded.error = event.error;
        if (event.output) recorded.output = logOutput(event.output, event.seconds);
        for (const { option } of event.unsent ?? []) delete recorded.config[logName(option)];
        const told = [...(remarks?.unsent(event.unsent ?? []) ?? []), ...(event.warnings ?? [])];
        for (const warning of told.filter((message) => !remarked.has(message))) {
          remarked.add(warning);
          remarks?.say(warning);
          transcript.add({ ...at, event: "info", source: "mlebench", data: { warning } });
        }
        if (isMapping(event.call?.request)) {
          recorded.call = {
            request: event.call.request,
            response: isMapping(event.call.response) ? event.call.response : undefined,
            time: event.seconds,
          };
        }
        break;
      }
      case "tool-start": {
        const id = shortId();
        transcript.add({
          ...at,
          event: "span_begin",
          id,
          span_id: id,
          name: event.function,
          type: "tool",
          parent_id: agentSpan,
        });
        const recorded = transcript.add({
          ...at,
          event: "tool",
          type: "function",
          id: event.callId,
          function: event.function,
          arguments: { ...event.arguments },
          view: event.view,
          pending: true,
        });
        pendingTools.set(event.callId, { span: id, recorded });
        break;
      }
      case "tool-end": {
        const { span: id, recorded } = pendingTools.get(event.callId) ?? {};
        if (recorded?.event === "tool") {
          delete recorded.pending;
          Object.assign(recorded, {
            result: event.result,
            error: event.error,
            truncated: event.truncated && [...event.truncated],
            failed: event.failed || undefined,
            completed: event.completedAt.replace("Z", "+00:00"),
            working_time: event.workingSeconds,
            message_id: event.messageId,
          });
        }
        if (id) transcript.add({ ...at, event: "span_end", id, span_id: id });
        pendingTools.delete(event.callId);
        break;
      }
      case "sandbox-exec": {
        const { input, timeoutSeconds, user, cwd } = event.options;
        transcript.add({
          ...at,
          timestamp: event.startedAt.replace("Z", "+00:00"),
          event: "sandbox",
          action: "exec",
          span_id: pendingTools.get(event.callId)?.span ?? transcript.currentSpan,
          cmd: event.command.map(quoteWord).join(" "),
          options: { cwd, user, timeout: timeoutSeconds },
          input: input === undefined ? undefined : firstLines(input),
          result: event.exitCode,
          output: firstLines(event.error ?? (event.stderr === "" ? event.stdout : `${event.stderr}\n${event.stdout}`)),
          completed: event.completedAt.replace("Z", "+00:00"),
        });
        break;
      }
      case "limit": {
        const { type, limit, reason } = event.limit;
        transcript.add({ ...at, event: "sample_limit", type, message: reason, limit });
        break;
      }
      case "messages-lost":
        transcript.add({
          ...at,
          event: "info",
          source: "messages-lost",
          data: { messages: event.messages, reason: event.limit.reason },
        });
        break;
      case "info":
        transcript.add({ ...at, event: "info", source: event.source, data: event.data });
        break;
      case "approval": {
        const { call, message, approver, decision, explanation } = event;
        transcript.add({
          ...at,
          event: "approval",
          message,
          call: logCall(call),
          approver,
          decision,
          modified: event.arguments && { ...logCall(call), arguments: { ...event.arguments } },
          explanation,
        });
        break;
      }
      case "compaction":
        transcript.add({
          ...at,
          event: "compaction",
          type: event.strategy,
          tokens_before: event.tokensBefore,
          tokens_after: event.tokensAfter,
        });
        break;
      case "message":
        break;
    }
  };
}

type ApprovedCall = Extract<ReactEvent, { type: "approval" }>["call"];

function logOutput(output: ModelAnswer, seconds: number): ModelOutput {
  return {
    model: output.model,
    choices: [{ message: output.message, stop_reason: output.stopReason }],
    completion: messageText(output.message),
    usage: output.usage,
    time: seconds,
  };
}

function logCall({ id, function: name, arguments: given }: ApprovedCall) {
  return { id, function: name, arguments: { ...given }, type: "function" as const };
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

function firstLines(text: string): string {
  const lines = text.split("\n");
  if (lines.length <= SANDBOX_LINES) return text;
  return `${lines.slice(0, SANDBOX_LINES).join("\n")}\n\nOutput truncated (${lines.length - SANDBOX_LINES} additional lines)`;
}
