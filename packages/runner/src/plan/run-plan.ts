import { nearestNames } from "@mlebench/base";
import { UsageError } from "../errors.js";
import type { SettingsAt } from "../settings/setting-values.js";
import type { Task } from "../task/mle-bench.js";
import { matchesGlob } from "./glob.js";
import { shuffle } from "./shuffle.js";

/** One competition in one epoch. */
export interface PlannedSample {
  /** The competition's id; Inspect calls it the sample's id. */
  readonly competitionId: string;
  /** Counted from 1. */
  readonly epoch: number;
}

/** What is chosen among the competitions of a task. */
type Selection = Pick<SettingsAt<"run">, "limit" | "sampleIds" | "shuffleSeed">;

/** What {@link makeRunPlan} takes. */
interface RunPlanOptions extends Selection {
  readonly competitions: readonly string[];
  /** @default 1 */
  readonly epochs?: number;
}

/** Positions of the samples to run: 1-based, both ends included. */
export interface SampleRange {
  readonly first: number;
  readonly last: number;
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

/** The samples that a run is asked for. @throws UsageError when there are none. */
export function planOfRun({ task, ...options }: Selection & { readonly task: Task }): RunPlan {
  return makeRunPlan({ ...options, competitions: task.competitions, epochs: task.parameters.epochs });
}

/**
 * Chooses what runs, in this order: patterns, shuffle, limit, epochs.
 * @throws UsageError when nothing is left to run.
 */
export function makeRunPlan({ competitions, epochs = 1, sampleIds, shuffleSeed, ...given }: RunPlanOptions): RunPlan {
  const limit = given.limit === undefined ? undefined : parseLimit(given.limit);
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

/**
 * `N` means the first N samples, `A-B` the samples A to B counted from 1, both included.
 * @throws UsageError for anything else.
 */
export function parseLimit(text: string): SampleRange {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text.trim());
  const a = Number(match?.[1]);
  const range = match?.[2] === undefined ? { first: 1, last: a } : { first: a, last: Number(match[2]) };
  if (!match || range.first < 1 || range.last < range.first) {
    throw new UsageError({
      code: "RUNNER_LIMIT",
      message: `"${text}" is not a limit.`,
      hint: "Write --limit 10 for the first ten samples, or --limit 10-20 for the samples 10 to 20.",
    });
  }
  return range;
}
