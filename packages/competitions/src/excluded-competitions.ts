/** A competition that cannot be run against Kaggle any more. */
export interface ExcludedCompetition {
  readonly id: string;
  /** One sentence for people. */
  readonly reason: string;
}

const REASON = "Its rules can no longer be accepted on Kaggle, so its data cannot be downloaded.";

/** Competitions that stand in the split files but are left out of runs. */
export const EXCLUDED_COMPETITIONS: readonly ExcludedCompetition[] = [
  { id: "detecting-insults-in-social-commentary", reason: REASON },
  { id: "the-icml-2013-whale-challenge-right-whale-redux", reason: REASON },
];
