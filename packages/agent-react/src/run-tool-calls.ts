import { setMaxListeners } from "node:events";
import { abortable, messageOf } from "@mlebench/base";
import type { ToolCall, ToolCallError, ToolCallErrorType } from "@mlebench/base/log-types";
import { type Approval, type Approver, askApprovers } from "./approval.js";
import { LimitReached, ToolCrashedError } from "./errors.js";
import { messageText, type ReactMessage, type ToolMessage } from "./messages.js";
import { observedSandbox } from "./observed-sandbox.js";
import { measure, type RunContext } from "./run-context.js";
import type { ReactSandbox } from "./sandbox.js";
import type { ReactTool } from "./tool.js";
import { toolFailure } from "./tool-failure.js";
import { truncateToolOutput } from "./truncate-output.js";

export interface RunToolCallsOptions {
  readonly tools: readonly ReactTool[];
  readonly sandbox: ReactSandbox;
  readonly maxToolOutputBytes: number;
  /** Calls that may run at once. */
  readonly maxParallelTools: number;
  readonly approvers: readonly Approver[];
  /** The conversation, for whoever approves. */
  readonly history: readonly ReactMessage[];
  /** A dead sandbox ends the run instead of being reported to the model. */
  readonly failOnSandboxUnavailable: boolean;
}

export interface ToolOutcome {
  readonly message: ToolMessage;
  /** The call was an error-free submission with this answer. */
  readonly answer?: string;
}

/**
 * Runs the calls of one turn, each exactly once. Neighbours that may run in parallel do; every other call, an unknown
 * tool included, waits for those before it and holds up those after it.
 * @returns outcomes in the order of the calls.
 * @throws ToolCrashedError when a tool broke; its siblings are cancelled. LimitReached or the abort reason when cancelled.
 */
export async function runToolCalls(
  calls: readonly ToolCall[],
  run: RunContext,
  options: RunToolCallsOptions,
): Promise<ToolOutcome[]> {
  const outcomes: ToolOutcome[] = [];
  for (const stage of stages(calls, options.tools, options.maxParallelTools)) {
    outcomes.push(...(await runStage(stage, run, options)));
  }
  return outcomes;
}

/** Cuts the calls into groups that run one after the other; within a group they run together. */
export function stages(calls: readonly ToolCall[], tools: readonly ReactTool[], maxParallel: number): ToolCall[][] {
  const parallel = new Set(tools.filter((tool) => tool.parallel).map((tool) => tool.name));
  const groups: ToolCall[][] = [];
  let open: ToolCall[] | undefined;
  for (const call of calls) {
    if (!parallel.has(call.function)) {
      groups.push([call]);
      open = undefined;
    } else if (open !== undefined && open.length < maxParallel) {
      open.push(call);
    } else {
      open = [call];
      groups.push(open);
    }
  }
  return groups;
}

async function runStage(
  calls: readonly ToolCall[],
  run: RunContext,
  options: RunToolCallsOptions,
): Promise<ToolOutcome[]> {
  const siblings = new AbortController();
  const signal = AbortSignal.any([run.signal, siblings.signal]);
  // Each call listens; Node would take more than ten for a leak.
  setMaxListeners(0, signal);
  let crash: unknown;
  const running = calls.map(async (call) => {
    try {
      return await runCall(call, signal, run, options);
    } catch (error) {
      crash ??= error;
      siblings.abort(error);
      throw error;
    }
  });
  await Promise.allSettled(running);
  if (crash !== undefined) throw crash;
  return Promise.all(running);
}

async function runCall(
  call: ToolCall,
  signal: AbortSignal,
  run: RunContext,
  options: RunToolCallsOptions,
): Promise<ToolOutcome> {
  const messageId = run.newId();
  const timing = measure(run);
  const described = {
    callId: call.id,
    function: call.function,
    arguments: call.arguments,
    view: call.view,
  };
  run.emit({ type: "tool-start", ...described });
  const ended = (content: string, extra: EndedExtra = {}): ToolMessage => {
    run.emit({ type: "tool-end", ...described, result: content, messageId, ...timing(), ...extra });
    const { id, function: name } = call;
    return { id: messageId, role: "tool", content, tool_call_id: id, function: name, error: extra.error };
  };
  const refused = (type: ToolCallErrorType, message: string) => ({ message: ended("", { error: { type, message } }) });

  const tool = options.tools.find((candidate) => candidate.name === call.function);
  if (call.parse_error !== undefined) return refused("parsing", call.parse_error);
  if (tool === undefined) return refused("parsing", `Tool ${call.function} not found`);
  const approval = await approve(tool, call, signal, run, options).catch((error: unknown) => {
    ended("", { error: fatalError(error, signal.aborted || LimitReached.is(error)) });
    throw error;
  });
  if (!approval.approved) return refused("approval", approval.reason);
  try {
    const work = tool.run(approval.arguments, {
      sandbox: observedSandbox(options.sandbox, call.id, run),
      callId: call.id,
      signal,
      clock: run.clock,
      startWait: () => run.stopwatch.startWait(),
    });
    run.pending.add(work);
    const done = () => run.pending.delete(work);
    work.then(done, done);
    const text = await abortable(work, signal);
    const output = truncateToolOutput(tool.name, text, tool.maxOutputBytes ?? options.maxToolOutputBytes);
    const message = ended(output.text, { truncated: output.truncated });
    return { message, answer: tool.submits ? text : undefined };
  } catch (error) {
    const cancelled = signal.aborted;
    const failure = cancelled ? undefined : toolFailure(error);
    const fatal = options.failOnSandboxUnavailable && failure?.error.type === "sandbox_unavailable";
    if (failure !== undefined && !fatal) {
      const output = truncateToolOutput(tool.name, failure.content, tool.maxOutputBytes ?? options.maxToolOutputBytes);
      return { message: ended(output.text, { error: failure.error, truncated: output.truncated }) };
    }
    ended("", { error: fatalError(error, cancelled), failed: !cancelled });
    if (cancelled) throw signal.reason;
    throw new ToolCrashedError(call.function, error);
  }
}

async function approve(
  tool: ReactTool,
  call: ToolCall,
  signal: AbortSignal,
  run: RunContext,
  { approvers, history }: RunToolCallsOptions,
): Promise<Approval> {
  // Handing in the answer is no act in the sandbox.
  if (approvers.length === 0 || tool.submits) return { approved: true, arguments: call.arguments };
  const last = history.at(-1);
  const message = last?.role === "assistant" ? messageText(last) : "";
  return await abortable(askApprovers({ call, view: call.view, message, history, signal }, approvers, run), signal);
}

interface EndedExtra {
  readonly error?: ToolCallError;
  readonly truncated?: readonly [number, number];
  readonly failed?: boolean;
}

function fatalError(error: unknown, cancelled: boolean): ToolCallError {
  if (!cancelled) return { type: "unknown", message: messageOf(error) };
  if (LimitReached.is(error)) return { type: "cancelled", message: `Cancelled: ${error.record.reason}` };
  return { type: "cancelled", message: "Cancelled." };
}
