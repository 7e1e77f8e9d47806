import {
  requireExactColumns,
  requireFiniteValues,
  requireSameHeight,
  requireSameIds,
  sortById,
} from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { meanAngularError } from "../metrics/angular-error.js";

const ID = "event_id";
const ANGLES = ["azimuth", "zenith"];

export default defineGrader({
  id: "icecube-neutrinos-in-deep-ice",
  grade({ submission, answers }) {
    requireExactColumns(submission, [...ANGLES, ID]);
    for (const name of ANGLES) {
      const { kind } = submission.column(name);
      if (kind === "object" || kind === "bool") {
        throw new InvalidSubmissionError(`The column ${name} must hold numbers; it was read as ${kind}.`);
      }
    }
    for (const name of ANGLES) requireFiniteValues(submission.column(name).numbers(), name);
    requireSameHeight(submission, answers);
    requireSameIds(submission, answers, ID);
    const sorted = sortById(submission, answers, ID);
    const directions = (table: typeof answers) => ({
      azimuth: table.column("azimuth").numbers(),
      zenith: table.column("zenith").numbers(),
    });
    return meanAngularError(directions(sorted.answers), directions(sorted.submission));
  },
});
