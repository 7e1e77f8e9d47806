import { nearestNames } from "@mlebench/base";
import { UsageError } from "../errors.js";
import { matchesGlob } from "./glob.js";
import type { SampleRange } from "./parse-limit.js";
import { shuffle } from "./shuffle.js";

/** One competition in one epoch. */
export interface PlannedSample {
  /** The competition's id; Inspect calls it the sample's id. */
  readonly competitionId: string;
  /** Counted from 1. */
  readonly epoch: number;
}

/** What {@link makeRunPlan} takes. */
export interface RunPlanOptions {
  readonly competitions: readonly string[];
  /** @default 1 */
  readonly epochs?: number;
  readonly limit?: SampleRange;
  /** Shell-style patterns over competition ids; a sample that matches one is run. */
  readonly sampleIds?: readonly string[];
  /** Shuffles before the limit is applied. */
  readonly shuffleSeed?: number;
}

/** What a run will do, in order. */
export interface RunPlan {
  /** Ids after selection, in running order. */
  readonly competitions: readonly string[];
  /** Every competition times every epoch; epochs of one competition follow each other. */
  readonly samples: readonly PlannedSample[];
  readonly shuffled: boolean;
  /** Patterns that matched nothing, for a warning. */
  readonly unmatched: readonly string[];
}

/**
 * Chooses what runs, in this order: patterns, shuffle, limit, epochs.
 * @throws UsageError when nothing is left to run.
 */
export function makeRunPlan({ competitions, epochs = 1, limit, sampleIds, shuffleSeed }: RunPlanOptions): RunPlan {
  const unmatched = (sampleIds ?? []).filter((pattern) => !competitions.some((id) => matchesGlob(pattern, id)));
  const matching = sampleIds
    ? competitions.filter((id) => sampleIds.some((pattern) => matchesGlob(pattern, id)))
    : [...competitions];
  if (sampleIds && matching.length === 0) throw noMatch(sampleIds, competitions);
  const ordered = shuffleSeed === undefined ? matching : shuffle(matching, shuffleSeed);
  const chosen = limit ? ordered.slice(limit.first - 1, limit.last) : ordered;
  if (chosen.length === 0) {
    throw new UsageError({
      code: "RUNNER_NOTHING_TO_RUN",
      message: limit
        ? `The limit starts at sample ${limit.first}, but there are only ${ordered.length}.`
        : "There is no competition to run.",
      hint: "Choose with -c ID, --split NAME or a smaller --limit; `mlebench list` shows what there is.",
    });
  }
  return {
    competitions: chosen,
    samples: chosen.flatMap((competitionId) =>
      Array.from({ length: epochs }, (_, index) => ({ competitionId, epoch: index + 1 })),
    ),
    shuffled: shuffleSeed !== undefined,
    unmatched,
  };
}

function noMatch(patterns: readonly string[], competitions: readonly string[]): UsageError {
  const near = patterns.flatMap((pattern) => nearestNames(pattern, [...competitions]));
  return new UsageError({
    code: "RUNNER_SAMPLE_ID",
    message: `No competition of this task matches ${patterns.map((pattern) => `"${pattern}"`).join(", ")}.`,
    hint: near.length > 0 ? `Did you mean ${near.slice(0, 3).join(", ")}?` : "`mlebench list` shows the ids.",
  });
}
