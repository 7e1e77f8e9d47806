import { alignById, pythonFloats, requireColumns, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { meanColumnRocAuc } from "../metrics/roc-auc.js";

const ID = "id";
/** The answers hold EC3 to EC6 too; they are not graded. */
const TARGETS = ["EC1", "EC2"];

export default defineGrader({
  id: "playground-series-s3e18",
  grade({ submission, answers }) {
    requireColumns(submission, ID, ...TARGETS);
    requireSameHeight(submission, answers);
    const aligned = alignById(submission, answers, ID);
    return meanColumnRocAuc(
      TARGETS.map((target) => aligned.answers.column(target).numbers()),
      TARGETS.map((target) => pythonFloats(aligned.submission.column(target), target)),
    );
  },
});
