/**
 * Calls of the validation endpoint that are answered at once, after which one more is every second: an agent that looks at
 * each of its submissions never meets it, and a loop costs the host no more than one check a second.
 */
const BURST = 60;
const CALLS_PER_SECOND = 1;
/** Calls of one sample in all. Nobody reads so many answers. */
const MOST_CALLS = 10_000;

/** Why a call is not answered, and when the next one will be. */
export interface Refusal {
  /** For the agent. */
  readonly reason: string;
  /** Undefined when none will be any more. */
  readonly waitSeconds?: number;
}

/** Counts the calls of one sample, and says which are too many. */
export class CallBudget {
  #left = BURST;
  #taken = 0;
  #countedAt: number;
  readonly #now: () => number;

  /** @param now milliseconds of a clock that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#countedAt = now();
  }

  /** Takes one call. @returns undefined when it may be answered */
  take(): Refusal | undefined {
    if (this.#taken >= MOST_CALLS) {
      return { reason: `All ${MOST_CALLS} validation calls of this task are used up. Submissions are still graded.` };
    }
    const now = this.#now();
    this.#left = Math.min(BURST, this.#left + ((now - this.#countedAt) / 1000) * CALLS_PER_SECOND);
    this.#countedAt = now;
    if (this.#left < 1) {
      const waitSeconds = Math.ceil((1 - this.#left) / CALLS_PER_SECOND);
      return {
        reason: `At most ${60 * CALLS_PER_SECOND} validation calls a minute are answered. Wait ${waitSeconds} s, then call again. This says nothing about the submission.`,
        waitSeconds,
      };
    }
    this.#left -= 1;
    this.#taken += 1;
    return undefined;
  }
}
