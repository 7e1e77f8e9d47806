import type { Competition, Thresholds } from "../schema.js";

/** Medal thresholds of a made-up competition in which more is better and 1 is all. */
export const TOY_THRESHOLDS: Thresholds = {
  gold: 0.9,
  silver: 0.8,
  bronze: 0.7,
  median: 0.5,
  isLowerBetter: false,
  teams: null,
  sources: ["made up"],
};

/**
 * A made-up competition for tests, with the usual places of answers and sample submission.
 * @param fields what is particular about it.
 */
export function toyCompetition(id: string, fields: Partial<Omit<Competition, "id">> = {}): Competition {
  return {
    id,
    name: id,
    type: "test",
    awardsMedals: false,
    prizes: null,
    answers: "private/test.csv",
    sampleSubmission: "public/sample_submission.csv",
    goldSubmission: "private/test.csv",
    metric: "accuracy",
    splits: [],
    category: null,
    sizeGB: null,
    ...fields,
  };
}
