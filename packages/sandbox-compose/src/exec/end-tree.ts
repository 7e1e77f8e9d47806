import { setTimeout as sleep } from "node:timers/promises";

/** Seconds between TERM and KILL, as coreutils' `timeout -k 5` leaves. */
export const TERM_GRACE_SECONDS = 5;
const KILL_DEADLINE_SECONDS = 20;
const HOLD_AFTER_SECONDS = 0.25;
const CROWD = 100;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 250;

export interface EndTreeOptions {
  /** Sends a signal to all of the command's processes, and says how many there were. */
  readonly signal: (signal: "0" | "TERM" | "KILL") => Promise<number>;
  /** Whether the command's own process has ended: a mark may not be set yet when a command has only just started. */
  readonly ended: () => boolean;
  /** Lets nothing of the sandbox start a process, or lets it again: for what starts processes faster than they are ended. */
  readonly holdForks?: (hold: boolean) => Promise<void>;
  /** @default {@link TERM_GRACE_SECONDS} */
  readonly graceSeconds?: number;
}

/**
 * Ends a command and everything that it started: TERM, time to tidy up, then KILL until none is left.
 * @returns false when some would not end
 */
export async function endTree(options: EndTreeOptions): Promise<boolean> {
  const { signal, ended, holdForks, graceSeconds = TERM_GRACE_SECONDS } = options;
  let seen = false;
  const send = async (name: "0" | "TERM" | "KILL") => {
    const count = await signal(name);
    seen ||= count > 0;
    // Twice none: one look can miss what starts its successor and ends, again and again.
    return count > 0 || (!seen && !ended()) ? "some" : (await signal(name)) > 0 ? "some" : "none";
  };
  const kill = () => send("KILL");
  if (holdForks === undefined) {
    if (graceSeconds > 0 && (await tidyUp(send, graceSeconds))) return true;
    return untilNone(kill, KILL_DEADLINE_SECONDS);
  }
  // With so many processes it is most likely a bomb, and none of them needs another one to tidy up.
  let held = (await signal("0")) >= CROWD;
  if (held) await holdForks(true);
  try {
    if (graceSeconds > 0 && (await tidyUp(send, graceSeconds))) return true;
    if (await untilNone(kill, HOLD_AFTER_SECONDS)) return true;
    if (!held) await holdForks(true);
    held = true;
    return await untilNone(kill, KILL_DEADLINE_SECONDS);
  } finally {
    if (held) await holdForks(false);
  }
}

async function tidyUp(send: (signal: "0" | "TERM") => Promise<"some" | "none">, seconds: number): Promise<boolean> {
  await send("TERM");
  return untilNone(() => send("0"), seconds);
}

async function untilNone(look: () => Promise<"some" | "none">, seconds: number): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    if ((await look()) === "none") return true;
    if (performance.now() >= deadline) return false;
    await sleep(Math.min(pause, Math.max(1, deadline - performance.now())));
  }
}
