import { LimitReached } from "./errors.js";
import { checkMessages, type ReactLimits } from "./limits.js";
import type { ReactMessage } from "./messages.js";
import type { RunContext } from "./run-context.js";

/** The messages of a run. Appending respects the message limit, with what Inspect loses then: all of the addition. */
export class Conversation {
  readonly #run: RunContext;
  readonly #limits: ReactLimits;
  #messages: ReactMessage[] = [];

  constructor(run: RunContext, limits: ReactLimits) {
    this.#run = run;
    this.#limits = limits;
  }

  get messages(): readonly ReactMessage[] {
    return this.#messages;
  }

  /** Puts the first messages in place; the limit is looked at before the first generation. */
  begin(messages: readonly ReactMessage[]): void {
    for (const message of messages) this.#add(message);
  }

  /** @throws LimitReached when they do not all fit; then none is kept. */
  append(...messages: ReactMessage[]): void {
    try {
      checkMessages(this.#limits, this.#messages.length + messages.length, "beyond");
    } catch (error) {
      if (LimitReached.is(error)) this.#run.emit({ type: "messages-lost", messages, limit: error.record });
      throw error;
    }
    for (const message of messages) this.#add(message);
  }

  /** Goes on with these instead, e.g. after trimming. */
  replace(messages: readonly ReactMessage[]): void {
    this.#messages = [...messages];
  }

  #add(message: ReactMessage): void {
    this.#messages.push(message);
    this.#run.emit({ type: "message", message, index: this.#messages.length - 1 });
  }
}
