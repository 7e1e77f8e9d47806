import { setTimeout as sleep } from "node:timers/promises";

/** Seconds between TERM and KILL, as coreutils' `timeout -k 5` leaves. */
export const TERM_GRACE_SECONDS = 5;
const KILL_DEADLINE_SECONDS = 20;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 250;

export interface EndTreeOptions {
  /** Sends a signal to all of the command's processes, and says how many there were. */
  readonly signal: (signal: "0" | "TERM" | "KILL") => Promise<number>;
  /** Whether the command's own process has ended: a mark may not be set yet when a command has only just started. */
  readonly ended: () => boolean;
  /** @default {@link TERM_GRACE_SECONDS} */
  readonly graceSeconds?: number;
}

/**
 * Ends a command and everything that it started: TERM, time to tidy up, then KILL until none is left.
 * @returns false when some would not end
 */
export async function endTree({ signal, ended, graceSeconds = TERM_GRACE_SECONDS }: EndTreeOptions): Promise<boolean> {
  if (graceSeconds > 0) {
    await signal("TERM");
    if (await untilNone(() => signal("0"), ended, graceSeconds)) return true;
  }
  return untilNone(() => signal("KILL"), ended, KILL_DEADLINE_SECONDS);
}

async function untilNone(count: () => Promise<number>, ended: () => boolean, seconds: number): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const left = await count();
    if (left === 0 && ended()) return true;
    if (performance.now() >= deadline) return left === 0;
    await sleep(Math.min(pause, Math.max(1, deadline - performance.now())));
  }
}
