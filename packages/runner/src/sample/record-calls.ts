import type { ValidationCall } from "../validation-bridge/validation-server.js";
import type { AttemptRecord } from "./attempt-sample.js";
import type { Transcript } from "./transcript.js";

/** The log has so many calls one by one, and counts the others. */
const MOST_EVENTS = 200;

/** How many calls of the validation endpoint ended how. */
export type ValidationCounts = Record<ValidationCall["outcome"], number>;

/** An answered call, or the first of a row that was refused, with all calls so far. */
export interface CountedCall {
  readonly outcome: ValidationCall["outcome"];
  readonly counts: Readonly<ValidationCounts>;
}

export function noCalls(): ValidationCounts {
  return { valid: 0, invalid: 0, error: 0, refused: 0 };
}

/**
 * Counts calls of the validation endpoint and writes the first ones into the transcript. However many there are, they take
 * no more memory than these.
 * @returns the function to hand to the endpoint as `onCall`.
 */
export function recordCalls(
  record: Pick<AttemptRecord, "validationCalls">,
  transcript: Transcript,
  onCounted: (call: CountedCall) => void,
): (call: ValidationCall) => void {
  let events = 0;
  let last: ValidationCall["outcome"] | undefined;
  return ({ outcome, reason, bytes, seconds }) => {
    const counts = record.validationCalls;
    counts[outcome] += 1;
    const isNews = outcome !== "refused" || last !== "refused";
    last = outcome;
    if (!isNews) return;
    events += 1;
    if (events <= MOST_EVENTS) {
      const isLast = events === MOST_EVENTS ? { note: "Further calls are only counted." } : {};
      transcript.add({
        event: "info",
        source: "validation",
        data: { outcome, reason, bytes, seconds, ...isLast },
      });
    }
    onCounted({ outcome, counts: { ...counts } });
  };
}
