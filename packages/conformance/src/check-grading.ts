import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ScoreResult, scoreCsv } from "@mlebench/grader";
import { describeFailure } from "./describe-failure.js";
import type { Expected, ExpectedGrading } from "./kit.js";
import { readZip, unzipTo, type ZipContent } from "./zip.js";

/** How one submission, or one vector of the primitives, came out. */
export interface GradingCase {
  readonly name: string;
  /** Nothing when equal. */
  readonly problem?: string;
}

const RELATIVE_TOLERANCE = 1e-9;
/** About what adding numbers near one leaves. */
const ABSOLUTE_TOLERANCE = 1e-15;
/** The angle between equal directions is the arc cosine of nearly one: an error of one unit there shows as 1e-8. */
const WIDER_TOLERANCES: Readonly<Record<string, number>> = { "icecube-neutrinos-in-deep-ice": 1e-7 };

/** Grades every submission of the kit against upstream's own answers and compares with upstream's scores. */
export async function checkGrading(
  id: string,
  expected: Expected,
  submissionsZip: string,
  upstream: ZipContent,
): Promise<GradingCase[]> {
  const directory = await mkdtemp(join(tmpdir(), `conformance-grade-${id}-`));
  try {
    await unzipTo(upstream, join(directory, "prepared"));
    await unzipTo(await readZip(await readFile(submissionsZip)), join(directory, "submissions"));
    const cases: GradingCase[] = [];
    for (const grading of expected.grading) {
      const path = join(directory, "submissions", `${grading.name}.csv`);
      const problem = await problemOf(path, id, join(directory, "prepared", "private"), grading);
      cases.push(problem === undefined ? { name: grading.name } : { name: grading.name, problem });
    }
    return cases;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function problemOf(
  path: string,
  id: string,
  privateDir: string,
  expected: ExpectedGrading,
): Promise<string | undefined> {
  let result: ScoreResult;
  try {
    result = await scoreCsv(path, id, { privateDir });
  } catch (error) {
    return `failed: ${describeFailure(error)}`;
  }
  if (expected.score === null) {
    const why = `${expected.error?.stage} ${expected.error?.kind ?? ""}: ${expected.error?.message}`;
    return result.valid ? `scored ${result.score}, upstream has it invalid (${why})` : undefined;
  }
  if (!result.valid) return `invalid (${result.reason}), upstream scored ${expected.score}`;
  const score = asNumber(expected.score);
  if (!isClose(result.score, score, WIDER_TOLERANCES[id] ?? ABSOLUTE_TOLERANCE))
    return `scored ${result.score}, upstream ${expected.score}`;
  const rounded = asNumber(expected.rounded);
  if (!Object.is(result.rounded + 0, rounded + 0)) return `rounded to ${result.rounded}, upstream ${expected.rounded}`;
  return undefined;
}

function isClose(ours: number, theirs: number, absoluteTolerance: number): boolean {
  if (Object.is(ours, theirs) || ours === theirs) return true;
  return Math.abs(ours - theirs) <= Math.max(RELATIVE_TOLERANCE * Math.abs(theirs), absoluteTolerance);
}

function asNumber(score: ExpectedGrading["score"]): number {
  if (typeof score === "number") return score;
  return { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, "-inf": Number.NEGATIVE_INFINITY }[score ?? "nan"];
}
