import {
  type Approver,
  bashTool,
  pythonTool,
  type ReactResult,
  type ReactTool,
  runReact,
  submitTool,
} from "@mlebench/agent-react";
import { costAt } from "@mlebench/models";
import type { SettingsAt } from "../settings/setting-values.js";
import { SYSTEM_LINE } from "../task/instructions.js";
import type { SampleState, Solver } from "../task/solver.js";

/**
 * What a run sets for its agent: options, all off by default so that results stay comparable with the Inspect eval, and
 * who approves its tool calls.
 */
export interface AgentSettings extends SettingsAt<"agent"> {
  readonly approvers?: readonly Approver[];
}

/** What {@link reactSolver} takes. */
export interface ReactSolverOptions extends AgentSettings {
  /** The words of the system message. */
  readonly instructions?: string;
  /** Further tools. */
  readonly tools?: readonly ReactTool[];
}

/** The loop ends by itself when the model takes no more; how much it would take, no server says in the same way. */
const CONTEXT_LIMIT = {
  type: "context",
  limit: 0,
  reason: "The conversation no longer fits into the context of the model.",
} as const;

/** The default solver: the ReAct loop with bash and submit, until it submits or a limit ends it. */
export function reactSolver({
  instructions = SYSTEM_LINE,
  python = false,
  tools = [],
  showExitCode,
  showOutputOnTimeout,
  ...loop
}: ReactSolverOptions = {}): Solver {
  return async (state, context) => {
    const own = {
      timeoutSeconds: context.commandTimeoutSeconds,
      user: context.agentUser,
      showExitCode,
      showOutputOnTimeout,
    };
    const { price } = context.model;
    const result = await runReact({
      ...loop,
      model: context.model.languageModel,
      sandbox: context.sandbox,
      instructions,
      input: state.input,
      tools: [bashTool(own), ...(python ? [pythonTool(own)] : []), ...tools, submitTool()],
      limits: context.limits,
      config: context.generate,
      modelId: context.model.id,
      costOf: price && ((usage) => costAt(price, usage)),
      // A sandbox that is gone cannot be graded either: better an error now than a paid conversation about it.
      failOnSandboxUnavailable: true,
      signal: context.signal,
      onEvent: context.onEvent,
    });
    const limit = result.limit ?? (result.output.stopReason === "model_length" ? CONTEXT_LIMIT : undefined);
    return { ...state, ...reachedBy(result), submitted: result.submitted, limit };
  };
}

/** What an agent reached, also one that failed. */
export function reachedBy({ messages, output, usage, turns, workingSeconds }: ReactResult): Partial<SampleState> {
  const { completion, stopReason } = output;
  return { messages, output: { completion, stopReason }, usage, turns, workingSeconds };
}
