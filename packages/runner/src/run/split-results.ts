import { getCompetition } from "@mlebench/competitions";
import type { EvalSampleSummary } from "@mlebench/eval-log";
import { type EvalResults, evalResults } from "@mlebench/scorer";
import type { ResolvedRun } from "./resolved-run.js";

const COMPLEXITIES = ["low", "medium", "high"] as const;
/** Complexities of the benchmark, and all of them together. */
const SPLITS = [...COMPLEXITIES, "all"] as const;

/** The results of the competitions of one split. */
export interface SplitResults {
  readonly split: (typeof SPLITS)[number];
  /** Of the split, in this run. */
  readonly competitions: number;
  readonly results: EvalResults;
}

/** Results per complexity, for those that the run has competitions of; errored samples count as not scored in theirs. */
export function splitResults(
  rows: readonly EvalSampleSummary[],
  { plan, scorers, epochsReducer: reducers }: Pick<ResolvedRun, "plan" | "scorers" | "epochsReducer">,
): SplitResults[] {
  return SPLITS.flatMap((split) => {
    const names: readonly string[] = split === "all" ? COMPLEXITIES : [split];
    const isIn = (id: string): boolean => getCompetition(id).splits.some((name) => names.includes(name));
    const competitions = plan.competitions.filter(isIn);
    if (competitions.length === 0) return [];
    const { results } = evalResults(
      rows.filter(({ id }) => isIn(String(id))),
      { totalSamples: plan.samples.filter(({ competitionId }) => isIn(competitionId)).length, scorers, reducers },
    );
    return [{ split, competitions: competitions.length, results }];
  });
}
