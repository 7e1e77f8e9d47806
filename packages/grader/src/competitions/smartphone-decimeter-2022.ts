import type { Column } from "@mlebench/frame";
import { requireColumns, requireNumeric, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { greatCircleDistance } from "../metrics/great-circle-distance.js";
import { pairwiseMean } from "../metrics/pairwise-sum.js";
import { quantile } from "../metrics/quantile.js";

const TRIP = "tripId";
const LATITUDE = "LatitudeDegrees";
const LONGITUDE = "LongitudeDegrees";
const RADIANS_PER_DEGREE = 0.017453292519943295;
/** numpy turns True and False into radians in half precision. */
const HALF_PRECISION_RADIANS_PER_DEGREE = 0.0174560546875;

/** Rows of a trip are paired by their order in the file; times are not compared. */
export default defineGrader({
  id: "smartphone-decimeter-2022",
  grade({ submission, answers }) {
    requireColumns(submission, TRIP, "UnixTimeMillis", LATITUDE, LONGITUDE);
    requireSameHeight(submission, answers);
    const submittedTrips = new Map(submission.groupBy(TRIP).map(({ keys, rows }) => [String(keys[0]), rows] as const));
    const trips = answers.groupBy(TRIP, { sort: false }).map(({ keys, rows }) => {
      const trip = String(keys[0]);
      const submittedRows = submittedTrips.get(trip) ?? [];
      if (submittedRows.length !== rows.length) {
        throw new InvalidSubmissionError(
          `The submission must have ${rows.length} rows of the trip ${trip}; it has ${submittedRows.length}.`,
        );
      }
      return { rows, submittedRows };
    });
    const found = [LATITUDE, LONGITUDE].map((name) => radians(submission.column(name), name));
    const expected = [LATITUDE, LONGITUDE].map((name) => radians(answers.column(name), name));
    // In half precision the cosine of one degree is 1.
    const latitudeCosine = submission.column(LATITUDE).kind === "bool" ? 1 : undefined;
    const scores = trips.map(({ rows, submittedRows }) => {
      const distances = rows.map((row, index) => {
        const submittedRow = submittedRows[index]!;
        return greatCircleDistance(
          { latitude: expected[0]![row]!, longitude: expected[1]![row]! },
          { latitude: found[0]![submittedRow]!, longitude: found[1]![submittedRow]!, latitudeCosine },
        );
      });
      return (quantile(distances, 0.5) + quantile(distances, 0.95)) / 2;
    });
    return pairwiseMean(scores);
  },
});

function radians(column: Column, name: string): Float64Array {
  const factor = column.kind === "bool" ? HALF_PRECISION_RADIANS_PER_DEGREE : RADIANS_PER_DEGREE;
  return requireNumeric(column, name).map((degrees) => degrees * factor);
}
