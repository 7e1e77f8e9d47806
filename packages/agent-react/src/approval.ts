import type { ToolCall, ToolCallContent } from "@mlebench/base/log-types";
import { LimitReached } from "./errors.js";
import type { ReactMessage } from "./messages.js";
import type { RunContext } from "./run-context.js";

/** One tool call that waits for a decision. */
export interface ApprovalRequest {
  readonly call: ToolCall;
  /** The call as a person reads it. */
  readonly view?: ToolCallContent;
  /** What the model said with the call. */
  readonly message: string;
  /** The conversation so far. */
  readonly history: readonly ReactMessage[];
  /** Aborted when nobody needs the decision any more. */
  readonly signal: AbortSignal;
}

/**
 * Runs the call, runs it with other arguments, refuses it (the model is told why), asks the next approver, or ends the
 * sample as it stands.
 */
export type ApprovalDecision =
  | { readonly decision: "approve" | "reject" | "escalate" | "terminate"; readonly explanation?: string }
  | {
      readonly decision: "modify";
      readonly arguments: Readonly<Record<string, unknown>>;
      readonly explanation?: string;
    };

/** Somebody, or something, that decides about tool calls. */
export interface Approver {
  readonly name: string;
  /** Patterns of tool names in which `*` stands for any letters; other tools pass it by. @default all tools */
  readonly tools?: readonly string[];
  approve(request: ApprovalRequest): ApprovalDecision | Promise<ApprovalDecision>;
}

/** What became of a call that was asked about. */
export type Approval =
  | { readonly approved: true; readonly arguments: Readonly<Record<string, unknown>> }
  | { readonly approved: false; readonly reason: string };

/**
 * Asks the approvers in their order until one decides. A tool that no approver is there for runs; a call that all
 * escalate does not.
 * @throws LimitReached of the type `operator` when one ends the sample.
 */
export async function askApprovers(
  request: ApprovalRequest,
  approvers: readonly Approver[],
  run: RunContext,
): Promise<Approval> {
  const { call } = request;
  const responsible = approvers.filter(({ tools = ["*"] }) => tools.some((pattern) => matches(pattern, call.function)));
  if (responsible.length === 0) return { approved: true, arguments: call.arguments };
  for (const approver of responsible) {
    // A person who thinks is not the agent at work.
    const endWait = run.stopwatch.startWait();
    let answer: ApprovalDecision;
    try {
      answer = await approver.approve(request);
    } finally {
      endWait();
    }
    const { decision, explanation } = answer;
    run.emit({ type: "approval", call, message: request.message, approver: approver.name, ...answer });
    if (decision === "approve") return { approved: true, arguments: call.arguments };
    if (decision === "modify") return { approved: true, arguments: answer.arguments };
    if (decision === "reject") return { approved: false, reason: explanation ?? "The call was rejected." };
    if (decision === "terminate") {
      throw new LimitReached({ type: "operator", limit: 1, reason: explanation ?? `Ended by ${approver.name}.` });
    }
  }
  return { approved: false, reason: "Nobody approved the call." };
}

function matches(pattern: string, name: string): boolean {
  const source = pattern
    .split("*")
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`).test(name);
}
