import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { GradingCase } from "./check-grading.js";
import type { Difference } from "./compare-prepared.js";
import { describeFailure } from "./describe-failure.js";
import { readExpected } from "./kit.js";
import { readZip } from "./zip.js";

/** How one competition of a kit came out. */
export interface CompetitionResult {
  readonly id: string;
  /** Prepared files that are not as upstream's; none when equal. */
  readonly differences: readonly Difference[];
  readonly cases: readonly GradingCase[];
}

/** Which halves to run. */
export interface CheckOptions {
  readonly prepare?: boolean;
  readonly grade?: boolean;
}

/** Prepares and grades one competition of a kit. What breaks counts as not equal; nothing is thrown. */
export async function checkCompetition(
  kit: string,
  id: string,
  { prepare = true, grade = true }: CheckOptions = {},
): Promise<CompetitionResult> {
  const expected = await readExpected(kit, id);
  const upstream = await readZip(await readFile(join(kit, id, "prepared.zip")));
  // Loaded here, so that one package that does not load leaves the other half of the result.
  const differences = !prepare
    ? []
    : await import("./check-preparing.js")
        .then(({ checkPreparing }) => checkPreparing(id, expected, join(kit, id, "raw.zip"), upstream))
        .catch((error): Difference[] => [{ path: id, problem: describeFailure(error) }]);
  const cases = !grade
    ? []
    : await import("./check-grading.js")
        .then(({ checkGrading }) => checkGrading(id, expected, join(kit, id, "submissions.zip"), upstream))
        .catch((error): GradingCase[] =>
          expected.grading.map(({ name }) => ({ name, problem: describeFailure(error) })),
        );
  return { id, differences, cases };
}
