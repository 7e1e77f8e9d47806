import {
  type EvalLog,
  EvalLogError,
  fingerprintOf,
  type LogKeys,
  readLogKeys,
  readLogOrigin,
} from "@mlebench/eval-log";

/** A log's header, and whether what it names may be taken from it. */
export interface LogTrust {
  readonly header: EvalLog;
  /** The spec is sealed by the user or by a key that they trust, and is as it was then. */
  readonly isTrusted: boolean;
  /** Completes a sentence that begins with the log, where it is not. */
  readonly why: string;
}

/**
 * Reads a log's header and who vouches for it. A spec counts only with a valid seal of this very log, by the user's own key
 * or one that they trust.
 * @throws EvalLogError when the log cannot be read.
 */
export async function readLogTrust(logPath: string): Promise<LogTrust> {
  const { header, origin, keys } = await readLogOrigin(logPath, await knownLogKeys());
  const who = keys.filter((key) => key.length === 43).map(fingerprintOf);
  const why = {
    own: "",
    trusted: "",
    unknown: `is of somebody else: a key sealed it that you do not trust (${who.join(", ")})`,
    changed: "was changed since it was sealed",
    unsealed: "is not sealed: anybody may have written it",
  };
  return { header, isTrusted: origin === "own" || origin === "trusted", why: why[origin] };
}

/** The keys that this user knows; none where they cannot be read, so that every log is somebody else's. */
export async function knownLogKeys(): Promise<LogKeys> {
  try {
    return await readLogKeys();
  } catch (error) {
    if (EvalLogError.is(error) && error.kind !== "usage") return { trusted: [] };
    throw error;
  }
}
