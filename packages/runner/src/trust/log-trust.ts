import {
  type EvalLog,
  EvalLogError,
  fingerprintOf,
  type LogKeys,
  readLogKeys,
  readLogOrigin,
} from "@mlebench/eval-log";
import type { SettingValues } from "../settings/setting-values.js";
import { type LogOpening, logOpenings } from "./log-openings.js";
import { movedOpenings } from "./log-place.js";

/** A log's header, and whether what it names may be taken from it. */
export interface LogTrust {
  readonly header: EvalLog;
  /** The spec is sealed by the user or by a key that they trust, and is as it was then. */
  readonly isTrusted: boolean;
  /** Completes a sentence that begins with the log: why what it opens has to be given again. */
  readonly why: string;
  /** What of some settings of the log must not be taken from it. */
  openings(values: SettingValues): readonly LogOpening[];
}

/**
 * Reads a log's header and who vouches for it. A spec counts only with a valid seal of this very log, by the user's own key
 * or one that they trust; files that it names by relative paths only where it was written.
 * @throws EvalLogError when the log cannot be read.
 */
export async function readLogTrust(logPath: string): Promise<LogTrust> {
  const { header, origin, keys } = await readLogOrigin(logPath, await knownLogKeys());
  const who = keys.filter((key) => key.length === 43).map(fingerprintOf);
  const elsewhere = "was written in or from another folder, and what lies beside it or here may be anybody's";
  const why = {
    own: elsewhere,
    trusted: elsewhere,
    unknown: `is of somebody else: a key sealed it that you do not trust (${who.join(", ")})`,
    changed: "was changed since it was sealed",
    unsealed: "is not sealed: anybody may have written it",
  };
  const isTrusted = origin === "own" || origin === "trusted";
  const openings = (values: SettingValues): readonly LogOpening[] =>
    isTrusted ? movedOpenings(values, header.eval, logPath) : logOpenings(values);
  return { header, isTrusted, why: why[origin], openings };
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
