import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { codeOf } from "@mlebench/base";
import { getCompetition } from "@mlebench/competitions";
import { SubmissionUnreadableError } from "./errors.js";
import { getGrader } from "./graders.js";
import type { AnswersLocation } from "./score-csv.js";

/**
 * Submissions up to this size are read whatever the size of the sample, which says nothing of how long masks, boxes or
 * texts may get: twenty times the largest that any of the 82 with a small sample can need.
 */
const ALWAYS_READ_BYTES = 256 * 2 ** 20;
/**
 * A sample with two whole numbers a row has 15 bytes where 20 decimals of each need 57 (icecube-neutrinos-in-deep-ice,
 * 13 million rows): 3.8 times as much, and no bundled sample above 64 MiB is shorter.
 */
const MOST_TIMES_SAMPLE = 4;

/** The largest submission that is read. */
export interface SubmissionBound {
  readonly maxBytes: number;
  /** Where the number comes from, as the end of a sentence about a submission that is larger. */
  readonly explanation: string;
}

/**
 * How large a submission may be: 256 MiB, or a multiple of the sample submission where that is more. A larger one is
 * invalid and never read, so that no submission can take more memory and time of its grader than graders have.
 * @throws UnknownCompetitionError, UnknownGraderError for an id that is not there.
 */
export async function submissionBound(competitionId: string, location: AnswersLocation): Promise<SubmissionBound> {
  const { timesSample = MOST_TIMES_SAMPLE } = await getGrader(competitionId);
  const path = samplePath(competitionId, location);
  const sampleBytes = await sizeOf(path);
  const maxBytes = Math.max(ALWAYS_READ_BYTES, timesSample * sampleBytes);
  const explanation = `at most ${maxBytes} are read (${ALWAYS_READ_BYTES}, or ${timesSample} times the ${sampleBytes} bytes of ${basename(path)} where that is more).`;
  return { maxBytes, explanation };
}

function samplePath(competitionId: string, { privateDir, dataDir }: AnswersLocation): string {
  const prepared = privateDir === undefined ? join(dataDir, competitionId, "prepared") : dirname(resolve(privateDir));
  return join(prepared, getCompetition(competitionId).sampleSubmission);
}

/** 0 where nothing but the answers was prepared. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return 0;
    throw new SubmissionUnreadableError(path, { cause });
  }
}
