import { alignById, pythonFloats, requireColumns, requireFiniteValues, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { type RocCurve, rocCurve } from "../metrics/roc-curve.js";

const ID = "Id";
const TARGET = "Label";
/** The lower part of the curve counts twice. */
const BANDS = [
  { from: 0, to: 0.4, weight: 2 },
  { from: 0.4, to: 1, weight: 1 },
];

export default defineGrader({
  id: "alaska2-image-steganalysis",
  grade({ submission, answers }) {
    requireSameHeight(submission, answers);
    requireColumns(submission, ID, TARGET);
    const aligned = alignById(submission, answers, ID);
    const scores = pythonFloats(aligned.submission.column(TARGET), TARGET);
    requireFiniteValues(scores, TARGET);
    return weightedAuc(rocCurve(aligned.answers.column(TARGET).numbers(), scores));
  },
});

/** Area under the curve in horizontal bands of the true positive rate, each with a weight, over the largest possible. */
function weightedAuc(curve: RocCurve): number {
  const points = withPointsAt(
    Array.from(curve.falsePositiveRates, (x, index) => ({ x, y: curve.truePositiveRates[index]! })),
    [0, 0.4, 1],
  );
  let sum = 0;
  let largest = 0;
  for (const { from, to, weight } of BANDS) {
    const band = [...points.filter(({ y }) => y >= from && y <= to), { x: 1, y: to }];
    let area = 0;
    for (let index = 1; index < band.length; index++) {
      const [left, right] = [band[index - 1]!, band[index]!];
      area += ((right.x - left.x) * (left.y - from + (right.y - from))) / 2;
    }
    sum += weight * area;
    largest += weight * (to - from);
  }
  return sum / largest;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Interpolates a point at each height that the curve has no point at. */
function withPointsAt(points: readonly Point[], heights: readonly number[]): Point[] {
  const result = [...points];
  for (const height of heights) {
    if (result.some(({ y }) => y === height)) continue;
    const above = result.findIndex(({ y }) => y > height);
    const [before, after] = [result[above - 1]!, result[above]!];
    const x = before.x + ((after.x - before.x) * (height - before.y)) / (after.y - before.y);
    result.splice(above, 0, { x, y: height });
  }
  return result;
}
