import { CodedError } from "@mlebench/base";

/** Stable codes of everything this package throws. */
export type ScorerErrorCode =
  | "SCORER_UNKNOWN_REDUCER"
  | "SCORER_REDUCER_NEEDS_EPOCHS"
  | "SCORER_UNKNOWN_METRIC"
  | "SCORER_MIXED_VALUES"
  | "SCORER_MISSING_KEY"
  | "SCORER_NO_CLUSTER"
  | "SCORER_OUT_OF_RANGE"
  | "SCORER_BAD_OPTION"
  | "SCORER_NO_RUNS";

/** The errors of this package. */
export class ScorerError extends CodedError<ScorerErrorCode> {
  static override readonly packageName = "@mlebench/scorer";
}
