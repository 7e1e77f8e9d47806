import type { ModelUsage } from "@mlebench/base/log-types";
import {
  type CompactionOptions,
  clearToolResults,
  DEFAULT_SUMMARY_PROMPT,
  estimateTokens,
  fixedPart,
} from "./compaction.js";
import type { Turn } from "./generate-turn.js";
import { messageText, type ReactMessage, type UserMessage } from "./messages.js";
import type { RunContext } from "./run-context.js";
import { trimMessages } from "./trim-messages.js";

/**
 * What the model is shown of the conversation. Without compaction that is all of it. With compaction the conversation
 * itself stays whole (and is what the message limit counts and the log holds); only the prompt gets shorter.
 */
export class PromptView {
  readonly #run: RunContext;
  readonly #options: CompactionOptions | undefined;
  readonly #summarise: (messages: readonly ReactMessage[]) => Promise<Turn>;
  /** Stands for the first `#covered` messages of the conversation. */
  #prefix: ReactMessage[] = [];
  #covered = 0;
  /** Tokens of the last prompt and answer, as the provider counted them, and how many messages those were. */
  #measured = { tokens: 0, messages: 0 };

  constructor(
    run: RunContext,
    options: CompactionOptions | undefined,
    summarise: (messages: readonly ReactMessage[]) => Promise<Turn>,
  ) {
    this.#run = run;
    this.#options = options;
    this.#summarise = summarise;
  }

  /** The prompt for the next generation, shortened first when it has grown past the threshold. */
  async prompt(messages: readonly ReactMessage[]): Promise<readonly ReactMessage[]> {
    if (this.#options !== undefined && this.#tokens(messages) >= this.#options.thresholdTokens) {
      await this.compact(messages);
    }
    return this.#shown(messages);
  }

  /** Takes note of the size of a prompt and its answer. */
  measure(usage: ModelUsage, messages: readonly ReactMessage[]): void {
    this.#measured = { tokens: usage.total_tokens, messages: messages.length };
  }

  /**
   * Shortens the prompt now.
   * @returns whether it did get shorter.
   */
  async compact(messages: readonly ReactMessage[]): Promise<boolean> {
    const options = this.#options;
    if (options === undefined) return false;
    const before = this.#shown(messages);
    const after = await this.#shortened(before, options);
    const tokensBefore = estimateTokens(before);
    const tokensAfter = estimateTokens(after);
    if (tokensAfter >= tokensBefore) return false;
    this.#prefix = after;
    this.#covered = messages.length;
    this.#measured = { tokens: 0, messages: 0 };
    this.#run.emit({ type: "compaction", strategy: options.strategy, tokensBefore, tokensAfter });
    return true;
  }

  /** Forgets all compaction, because the conversation was replaced. */
  reset(): void {
    this.#prefix = [];
    this.#covered = 0;
    this.#measured = { tokens: 0, messages: 0 };
  }

  #shown(messages: readonly ReactMessage[]): readonly ReactMessage[] {
    return this.#covered === 0 ? messages : [...this.#prefix, ...messages.slice(this.#covered)];
  }

  #tokens(messages: readonly ReactMessage[]): number {
    const { tokens, messages: measured } = this.#measured;
    if (tokens === 0) return estimateTokens(this.#shown(messages));
    return tokens + estimateTokens(messages.slice(measured));
  }

  async #shortened(messages: readonly ReactMessage[], options: CompactionOptions): Promise<ReactMessage[]> {
    if (options.strategy === "edit") return clearToolResults(messages, options);
    if (options.strategy === "trim") return trimMessages(messages, options.keepShare);
    const request: UserMessage = {
      id: this.#run.newId(),
      role: "user",
      content: options.summaryPrompt ?? DEFAULT_SUMMARY_PROMPT,
    };
    const turn = await this.#summarise([...messages, request]);
    const summary: UserMessage = {
      id: this.#run.newId(),
      role: "user",
      content: `Summary of the work so far, written by you:\n\n${messageText(turn.message)}`,
    };
    return [...fixedPart(messages), summary];
  }
}
