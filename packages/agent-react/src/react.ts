import { shortId } from "@mlebench/base";
import type { ModelUsage, ToolCallError } from "@mlebench/base/log-types";
import { systemClock } from "./clock.js";
import { Conversation } from "./conversation.js";
import { LimitReached, type LimitRecord, ReactAbortedError, ReactError, ReactOptionsError } from "./errors.js";
import { generateTurn, type Turn, type TurnOptions } from "./generate-turn.js";
import {
  checkCost,
  checkMessages,
  checkTokens,
  checkTurns,
  parseLimits,
  type ReactLimits,
  watchTime,
} from "./limits.js";
import { messageText, type ReactMessage } from "./messages.js";
import { PromptView } from "./prompt-view.js";
import { DEFAULT_CONTINUE_TEXT, type ReactOptions } from "./react-options.js";
import type { ReactResult } from "./react-result.js";
import { type RunContext, settle } from "./run-context.js";
import { runToolCalls } from "./run-tool-calls.js";
import { Stopwatch } from "./stopwatch.js";
import { bashTool } from "./tools/bash-tool.js";
import { submitTool } from "./tools/submit-tool.js";
import { trimMessages } from "./trim-messages.js";
import { DEFAULT_MAX_TOOL_OUTPUT_BYTES } from "./truncate-output.js";
import { addUsage, NO_USAGE } from "./usage.js";

const DEFAULT_MAX_CONTENT_FILTERS = 3;
const DEFAULT_SETTLE_SECONDS = 10;

/**
 * Lets a model work on a task with tools until it submits, a limit fires or it can go no further.
 *
 * A limit, a full context window and a model that keeps being filtered are results. Only what breaks is thrown, with
 * the run as far as it came in the error's `partial`.
 * @throws ReactError `REACT_OPTIONS`, `REACT_MODEL_FAILED`, `REACT_TOOL_CRASHED` or `REACT_ABORTED`.
 */
export async function runReact(options: ReactOptions): Promise<ReactResult> {
  const clock = options.clock ?? systemClock;
  const newId = options.newId ?? shortId;
  const limits = parseLimits(options.limits ?? {});
  checkOptions(options, limits);
  const stopwatch = new Stopwatch(clock);
  const timeUp = new AbortController();
  const signal = options.signal === undefined ? timeUp.signal : AbortSignal.any([timeUp.signal, options.signal]);
  let ended = false;
  const run: RunContext = {
    clock,
    stopwatch,
    signal,
    newId,
    pending: new Set(),
    emit(event) {
      // What a tool that was given up does after the end is no part of the run.
      if (ended) return;
      const [timestamp, workingStart] = [clock.date().toISOString(), stopwatch.workingSeconds()];
      options.onEvent?.({ id: newId(), timestamp, workingStart, ...event });
    },
  };
  const startedAt = clock.date().toISOString();
  const loop = new ReactLoop(options, run, limits);
  const result = (limit?: LimitRecord): ReactResult => ({
    ...loop.snapshot(),
    limit,
    seconds: stopwatch.elapsedSeconds(),
    workingSeconds: stopwatch.workingSeconds(),
    startedAt,
    completedAt: clock.date().toISOString(),
  });
  const stopWatching = watchTime(limits, clock, timeUp, () => stopwatch.workingSeconds());
  try {
    await loop.run();
    return result();
  } catch (error) {
    const reason: unknown = signal.aborted ? signal.reason : error;
    await settle(run, options.settleSeconds ?? DEFAULT_SETTLE_SECONDS);
    if (LimitReached.is(reason)) {
      run.emit({ type: "limit", limit: reason.record });
      return result(reason.record);
    }
    const failure = signal.aborted ? new ReactAbortedError(reason) : error;
    if (ReactError.is(failure)) failure.partial = result();
    throw failure;
  } finally {
    ended = true;
    stopWatching();
  }
}

class ReactLoop {
  readonly #options: ReactOptions;
  readonly #run: RunContext;
  readonly #limits: ReactLimits;
  readonly #turnOptions: TurnOptions;
  readonly #conversation: Conversation;
  readonly #view: PromptView;
  #usage: ModelUsage = NO_USAGE;
  #turns = 0;
  #toolCalls = 0;
  #last: Turn | undefined;
  #answer: string | undefined;

  constructor(options: ReactOptions, run: RunContext, limits: ReactLimits) {
    this.#options = options;
    this.#run = run;
    this.#limits = limits;
    this.#turnOptions = {
      model: options.model,
      modelId: options.modelId ?? `${options.model.provider}/${options.model.modelId}`,
      tools: options.tools ?? [bashTool(), submitTool()],
      config: options.config ?? {},
      toolErrorText: options.toolErrorText ?? defaultToolErrorText,
      costOf: options.costOf,
    };
    this.#conversation = new Conversation(run, limits);
    this.#view = new PromptView(run, options.compaction, async (messages) => {
      const turn = await generateTurn(messages, run, { ...this.#turnOptions, tools: [] });
      this.#pay(turn);
      return turn;
    });
  }

  snapshot(): Pick<ReactResult, "messages" | "output" | "submitted" | "answer" | "usage" | "turns" | "toolCalls"> {
    const last = this.#last;
    return {
      messages: [...this.#conversation.messages],
      output: {
        model: this.#turnOptions.modelId,
        message: last?.message,
        completion: this.#answer ?? (last === undefined ? "" : messageText(last.message)),
        stopReason: last?.stopReason ?? "unknown",
        usage: last?.usage ?? NO_USAGE,
      },
      submitted: this.#answer !== undefined,
      answer: this.#answer,
      usage: this.#usage,
      turns: this.#turns,
      toolCalls: this.#toolCalls,
    };
  }

  async run(): Promise<void> {
    this.#conversation.begin(firstMessages(this.#options, this.#run.newId));
    const maxContentFilters = this.#options.maxContentFilters ?? DEFAULT_MAX_CONTENT_FILTERS;
    let contentFilters = 0;
    let stalls = 0;
    for (;;) {
      const turn = await this.#generate();
      this.#conversation.append(turn.message);
      this.#last = turn;

      if (turn.stopReason === "model_length") {
        if (await this.#makeRoom()) continue;
        return;
      }
      contentFilters = turn.stopReason === "content_filter" ? contentFilters + 1 : 0;
      if (contentFilters >= maxContentFilters) {
        this.#info({ ended: "content_filter", inARow: contentFilters });
        return;
      }

      const calls = turn.message.tool_calls ?? [];
      if (calls.length > 0) {
        stalls = 0;
        if (await this.#runTools(turn)) return;
      } else {
        stalls += 1;
        this.#checkStalls(stalls);
        const content = this.#options.continueText ?? DEFAULT_CONTINUE_TEXT;
        this.#conversation.append({ id: this.#run.newId(), role: "user", content });
      }
    }
  }

  /** One generation that the limits allow; one that breaks them is paid for and lost, as in Inspect. */
  async #generate(): Promise<Turn> {
    const retries = this.#options.retryRefusals ?? 0;
    for (let attempt = 0; ; attempt += 1) {
      this.#run.signal.throwIfAborted();
      checkMessages(this.#limits, this.#conversation.messages.length, "at");
      checkTokens(this.#limits, this.#usage, "at");
      checkCost(this.#limits, this.#usage, "at");
      const prompt = await this.#view.prompt(this.#conversation.messages);
      const turn = await generateTurn(prompt, this.#run, this.#turnOptions);
      try {
        // Inspect's order: an answer beyond the tokens is no turn, a turn too many is paid for.
        this.#pay(turn);
        this.#turns += 1;
        checkTurns(this.#limits, this.#turns);
      } catch (error) {
        if (LimitReached.is(error)) {
          this.#run.emit({ type: "messages-lost", messages: [turn.message], limit: error.record });
        }
        throw error;
      }
      this.#view.measure(turn.usage, [...this.#conversation.messages, turn.message]);
      if (turn.stopReason !== "content_filter" || attempt >= retries) return turn;
    }
  }

  #pay(turn: Turn): void {
    this.#usage = addUsage(this.#usage, turn.usage);
    checkTokens(this.#limits, this.#usage, "beyond");
    checkCost(this.#limits, this.#usage, "beyond");
  }

  /** @returns whether the model submitted. */
  async #runTools(turn: Turn): Promise<boolean> {
    const calls = turn.message.tool_calls ?? [];
    this.#toolCalls += calls.length;
    const outcomes = await runToolCalls(calls, this.#run, {
      tools: this.#turnOptions.tools,
      sandbox: this.#options.sandbox,
      maxToolOutputBytes: this.#options.maxToolOutputBytes ?? DEFAULT_MAX_TOOL_OUTPUT_BYTES,
      maxParallelTools: this.#options.maxParallelTools ?? Number.POSITIVE_INFINITY,
      approvers: this.#options.approvers ?? [],
      history: this.#conversation.messages,
      failOnSandboxUnavailable: this.#options.failOnSandboxUnavailable ?? false,
    });
    this.#conversation.append(...outcomes.map((outcome) => outcome.message));
    this.#answer = outcomes.find((outcome) => outcome.answer !== undefined)?.answer;
    return this.#answer !== undefined;
  }

  /**
   * The prompt was too long for the model: shorten it if the options allow.
   * @returns whether there is room again.
   */
  async #makeRoom(): Promise<boolean> {
    const before = this.#conversation.messages.slice(0, -1);
    if (await this.#view.compact(before)) {
      this.#conversation.replace(before);
      return true;
    }
    if (this.#options.truncation === "auto") {
      const after = trimMessages(before);
      if (after.length < before.length) {
        this.#conversation.replace(after);
        this.#view.reset();
        this.#info({ trimmed: before.length - after.length, reason: "model_length" });
        return true;
      }
    }
    this.#info({ ended: "model_length" });
    return false;
  }

  #checkStalls(stalls: number): void {
    const limit = this.#options.maxStalls;
    if (limit === undefined || stalls < limit) return;
    throw new LimitReached({ type: "custom", limit, reason: `No tool was called in ${stalls} turns in a row.` });
  }

  #info(data: unknown): void {
    this.#run.emit({ type: "info", source: "react", data });
  }
}

function firstMessages(options: ReactOptions, newId: () => string): ReactMessage[] {
  const system = [options.instructions, options.assistantPrompt, options.submitPrompt].filter(
    (part) => part !== undefined && part !== "",
  );
  return [
    ...(system.length === 0 ? [] : [{ id: newId(), role: "system", content: system.join("\n\n") } as const]),
    { id: newId(), role: "user", content: options.input, source: "input" },
  ];
}

/** Anthropic and Google mark a failed call themselves; elsewhere the text has to say it. */
function defaultToolErrorText(error: ToolCallError, provider: string): string {
  return /^(?:anthropic|google|vertex|amazon-bedrock)/.test(provider) ? error.message : `Error: ${error.message}`;
}

function checkOptions(options: ReactOptions, limits: ReactLimits): void {
  if (limits.cost !== undefined && options.costOf === undefined) {
    throw new ReactOptionsError("A cost limit was given, but no prices.", "Give costOf, or leave the cost limit out.");
  }
  const names = (options.tools ?? []).map((tool) => tool.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ReactOptionsError(`Two tools are called ${twice}.`, "Give one of them another name.");
  }
}
