import { sleep } from "@mlebench/base";

/** Seconds between TERM and KILL, as coreutils' `timeout -k 5` leaves. */
const TERM_GRACE_SECONDS = 5;
const SWEEP_AFTER_SECONDS = 0.5;
const KILL_DEADLINE_SECONDS = 60;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 250;
/** So many are not being started by accident: a fork bomb, whose processes take the time of whoever counts them. */
const CROWD = 100;

/**
 * What is sent to all processes of a command: 0 only counts them, TERM comes once to each however often it is sent, SWEEP
 * is KILL for what starts processes faster than KILL finds them, LOOK counts them with everything stopped meanwhile.
 */
export type TreeSignal = "0" | "TERM" | "KILL" | "SWEEP" | "LOOK";

export interface EndTreeOptions {
  /** Sends a signal to all of the command's processes, and says how many there were. */
  readonly signal: (signal: TreeSignal) => Promise<number>;
  /** Whether the command's own process has ended: a mark may not be set yet when a command has only just started. */
  readonly ended: () => boolean;
  /** @default 5 */
  readonly graceSeconds?: number;
}

/**
 * Ends a command and everything that it started: TERM, time to tidy up, then KILL until none is left.
 * @returns false when some would not end
 */
export async function endTree({ signal, ended, graceSeconds = TERM_GRACE_SECONDS }: EndTreeOptions): Promise<boolean> {
  const startedAt = performance.now();
  let seen = false;
  let count = 0;
  const gone = async (name: TreeSignal): Promise<boolean> => {
    count = await signal(name);
    seen ||= count > 0;
    if (count > 0 || !(seen || ended())) return false;
    // Once more: one look can miss what starts its successor and ends, again and again.
    return (await signal(name === "SWEEP" ? "SWEEP" : "LOOK")) === 0;
  };
  if (graceSeconds > 0) {
    // Twice, for those that were just being started when the others were told; what is started later is tidying up.
    if (await gone("TERM")) return true;
    if (count < CROWD && (await gone("TERM"))) return true;
    if (await until(() => gone("0"), graceSeconds - (performance.now() - startedAt) / 1000)) return true;
  }
  if (await until(() => gone("KILL"), SWEEP_AFTER_SECONDS)) return true;
  return until(() => gone("SWEEP"), KILL_DEADLINE_SECONDS);
}

async function until(done: () => Promise<boolean>, seconds: number): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const askedAt = performance.now();
    if (await done()) return true;
    if (performance.now() >= deadline) return false;
    // Where it takes long to look, looking itself is a burden.
    const rest = Math.max(pause, 2 * (performance.now() - askedAt));
    await sleep(Math.min(rest, Math.max(1, deadline - performance.now())));
  }
}
