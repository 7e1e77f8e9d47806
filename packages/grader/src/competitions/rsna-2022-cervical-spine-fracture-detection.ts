import { alignById, requireColumns, requireNumeric, requireProbabilities, textCells } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { pairwiseMean } from "../metrics/pairwise-sum.js";

const ID = "row_id";
const TARGET = "fractured";
const SMALLEST = 1e-15;
/** The weight of "any fracture" beside each single vertebra. */
const OVERALL = "patient_overall";
const OVERALL_WEIGHT = 7;
const POSITIVE_WEIGHT = 2;

/** Per study a weighted mean of log losses, then the mean over the studies. */
export default defineGrader({
  id: "rsna-2022-cervical-spine-fracture-detection",
  grade({ submission, answers }) {
    requireColumns(submission, ID, TARGET);
    requireProbabilities(requireNumeric(submission.column(TARGET), TARGET), TARGET);
    const aligned = alignById(submission, answers, ID);
    const truth = aligned.answers.column(TARGET).numbers();
    const predicted = aligned.submission.column(TARGET).numbers();
    const studies = new Map<string, { loss: number; weight: number }>();
    textCells(aligned.answers.column(ID)).forEach((id, row) => {
      const [study, type] = splitOnce(id);
      const label = truth[row]!;
      const probability = Math.min(Math.max(predicted[row]!, SMALLEST), 1 - SMALLEST);
      const loss = -(label * Math.log(probability) + (1 - label) * Math.log(1 - probability));
      const weight = (type === OVERALL ? OVERALL_WEIGHT : 1) * (label === 1 ? POSITIVE_WEIGHT : 1);
      const sums = studies.get(study) ?? { loss: 0, weight: 0 };
      studies.set(study, { loss: sums.loss + weight * loss, weight: sums.weight + weight });
    });
    return pairwiseMean(Float64Array.from(studies.values(), ({ loss, weight }) => loss / weight));
  },
});

function splitOnce(id: string): [study: string, type: string] {
  const at = id.indexOf("_");
  return [id.slice(0, at), id.slice(at + 1)];
}
