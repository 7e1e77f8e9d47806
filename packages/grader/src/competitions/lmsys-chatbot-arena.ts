import {
  alignById,
  oneHotLogLoss,
  requireColumns,
  requireNumeric,
  requireProbabilities,
  requireSameHeight,
} from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";

const ID = "id";
const OUTCOMES = ["winner_model_a", "winner_model_b", "winner_tie"];

export default defineGrader({
  id: "lmsys-chatbot-arena",
  grade({ submission, answers }) {
    requireColumns(submission, ID, ...OUTCOMES);
    requireSameHeight(submission, answers);
    const [a, b, tie] = OUTCOMES.map((name) => {
      const values = requireNumeric(submission.column(name), name);
      requireProbabilities(values, name);
      return values;
    }) as [Float64Array, Float64Array, Float64Array];
    for (let row = 0; row < submission.height; row++) {
      const sum = a[row]! + b[row]! + tie[row]!;
      // numpy's round(sum, 6) is 1
      if (Math.abs(sum * 1e6 - 1e6) <= 0.5) continue;
      throw new InvalidSubmissionError(
        `The probabilities of a row must add up to 1; those of row ${row + 1} give ${sum}.`,
      );
    }
    const aligned = alignById(submission, answers, ID);
    return oneHotLogLoss(aligned, OUTCOMES);
  },
});
