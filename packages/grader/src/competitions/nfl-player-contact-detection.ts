import { requireColumns, requireSameHeight, requireSameIds, sortById, uniformTargets } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { matthewsCorrelation } from "../metrics/matthews-correlation.js";

const ID = "contact_id";
const TARGET = "contact";

export default defineGrader({
  id: "nfl-player-contact-detection",
  grade({ submission, answers }) {
    requireColumns(submission, ID, TARGET);
    requireSameIds(submission, answers, ID);
    requireSameHeight(submission, answers);
    const sorted = sortById(submission, answers, ID);
    const { truth, predicted } = uniformTargets(
      sorted.answers.column(TARGET),
      sorted.submission.column(TARGET),
      TARGET,
    );
    return matthewsCorrelation(truth, predicted);
  },
});
