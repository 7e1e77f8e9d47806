import type { UnavailableReason } from "./errors.js";

/**
 * Whose doing the end of a sandbox was. What the agent did is a result: it is scored, and never tried again. What the
 * host, its people or we did is an error. docs/outcomes.md has the table.
 */
export type Blame = "agent" | "host";

/** What is known of a sandbox that was up and cannot be used any more. */
export interface EndFacts {
  readonly reason: UnavailableReason;
  /** What somebody other than the agent did to it, such as "killed by another client"; undefined for nothing. */
  readonly byOthers?: string;
  /** Whether all that others did to it would have been seen. */
  readonly watched: boolean;
  /** Whether the kernel ended it because the whole machine was out of memory. */
  readonly hostOutOfMemory?: boolean;
}

/**
 * The line between the agent's doing and an error: a dead sandbox is the agent's when what runs it is there, nobody else
 * killed, stopped or restarted it, and the machine did not run out of memory. What was not seen is never the agent's.
 */
export function blame({ reason, byOthers, watched, hostOutOfMemory = false }: EndFacts): Blame {
  switch (reason) {
    // Ended from here, for what its processes did.
    case "disk":
    case "unresponsive":
      return "agent";
    case "out-of-memory":
      return byOthers === undefined && !hostOutOfMemory ? "agent" : "host";
    case "stopped":
      return byOthers === undefined && !hostOutOfMemory && watched ? "agent" : "host";
    case "removed":
    case "daemon":
    case "disposed":
      return "host";
  }
}

/** What a log and a table call the end of a sandbox that was the agent's doing. */
export type Deed = "disk" | "memory" | "processes" | "sandbox ended by the agent";

/** The name of what the agent did, by the reason of the sandbox's end. */
export function deedOf(reason: UnavailableReason): Deed {
  if (reason === "disk") return "disk";
  if (reason === "out-of-memory") return "memory";
  return reason === "unresponsive" ? "processes" : "sandbox ended by the agent";
}
