import type { RunEvent } from "@mlebench/runner";
import { sampleName } from "./describe-event.js";

/** Lines of one sample that may come at once; after them one in so many seconds, however often the answer changes. */
const MOST_AT_ONCE = 6;
const QUIET_SECONDS = 10;

type ValidationEvent = Extract<RunEvent, { type: "validation-call" }>;

/**
 * Lines about calls of the validation endpoint: one for each change of what is answered, with all calls so far, and few of
 * them where the answers take turns.
 * @param now milliseconds of a clock.
 * @returns the line of an event, or undefined when it needs none.
 */
export function validationLines(
  epochs: number,
  now: () => number = () => performance.now(),
): (event: ValidationEvent) => string | undefined {
  const samples = new Map<string, { outcome: string; left: number; countedAt: number }>();
  return (event) => {
    const key = `${event.competitionId} ${event.epoch}`;
    const sample = samples.get(key) ?? { outcome: "", left: MOST_AT_ONCE, countedAt: now() };
    samples.set(key, sample);
    sample.left = Math.min(MOST_AT_ONCE, sample.left + (now() - sample.countedAt) / (QUIET_SECONDS * 1000));
    sample.countedAt = now();
    if (sample.outcome === event.outcome || sample.left < 1) return undefined;
    sample.left -= 1;
    sample.outcome = event.outcome;
    const parts = Object.entries(event.counts).filter(([, count]) => count > 0);
    const total = parts.reduce((sum, [, count]) => sum + count, 0);
    const all = total === 1 ? "" : ` (so far ${parts.map(([outcome, count]) => `${count} ${outcome}`).join(", ")})`;
    return `${sampleName(event, epochs)}: asked the validation endpoint: ${event.outcome}${all}`;
  };
}
