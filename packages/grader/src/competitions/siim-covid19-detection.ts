import { compareCodePoints, parsePyFloat, pySplit } from "@mlebench/frame";
import { alignById, requireColumns, requireSameHeight, sortDescending, textsOrMissing } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { averagePrecision } from "../metrics/average-precision.js";
import { quoted } from "../quoted.js";

const ID = "id";
const TARGET = "PredictionString";
const TOKENS_PER_BOX = 6;
const LEAST_OVERLAP = 0.5;

interface Box {
  readonly className: string;
  readonly confidence: number;
  /** x and y of two corners. */
  readonly corners: readonly [number, number, number, number];
}

/**
 * Mean over the classes of the average precision of boxes. Studies and images are rows alike, so each is background for
 * the classes of the other.
 */
export default defineGrader({
  id: "siim-covid19-detection",
  grade({ submission, answers }) {
    requireSameHeight(submission, answers);
    requireColumns(submission, ID, TARGET);
    const aligned = alignById(submission, answers, ID);
    const truth = textsOrMissing(aligned.answers.column(TARGET), TARGET).map(parseBoxes);
    const predicted = textsOrMissing(aligned.submission.column(TARGET), TARGET)
      .map(parseBoxes)
      .map((boxes) => sortDescending(boxes, ({ confidence }) => confidence));
    const classes = [...new Set(truth.flat().map(({ className }) => className))].sort(compareCodePoints);
    const precisions = classes.map((name) => classPrecision(name, truth, predicted));
    return precisions.reduce((sum, precision) => sum + precision, 0) / classes.length;
  },
});

function parseBoxes(text: string | null, row: number): Box[] {
  const fail = (problem: string) =>
    new InvalidSubmissionError(
      `The column ${TARGET} must hold groups of class, confidence and four coordinates; row ${row + 1}, sorted by ${ID}, ${problem}.`,
    );
  if (text === null) throw fail("is empty");
  const tokens = pySplit(text);
  if (tokens.length % TOKENS_PER_BOX !== 0) throw fail(`has ${tokens.length} parts`);
  const number = (token: string): number => {
    const value = parsePyFloat(token);
    if (value === undefined) throw fail(`has ${quoted(token)} for a number`);
    return value;
  };
  return Array.from({ length: tokens.length / TOKENS_PER_BOX }, (_, index) => {
    const [className, confidence, ...corners] = tokens.slice(index * TOKENS_PER_BOX, (index + 1) * TOKENS_PER_BOX);
    const [x1, y1, x2, y2] = corners.map(number) as [number, number, number, number];
    return { className: className!, confidence: number(confidence!), corners: [x1, y1, x2, y2] };
  });
}

/** Every prediction of the class, every box that none found (at 0) and every empty row (at 0) is one scored case. */
function classPrecision(name: string, truth: readonly Box[][], predicted: readonly Box[][]): number {
  const labels: number[] = [];
  const scores: number[] = [];
  truth.forEach((trueBoxes, row) => {
    const open = trueBoxes.filter(({ className }) => className === name);
    const before = labels.length;
    for (const box of predicted[row]!) {
      if (box.className !== name) continue;
      const match = bestMatch(box, open);
      if (match !== -1) open.splice(match, 1);
      labels.push(match === -1 ? 0 : 1);
      scores.push(box.confidence);
    }
    for (const _ of open) {
      labels.push(1);
      scores.push(0);
    }
    if (labels.length > before) return;
    labels.push(0);
    scores.push(0);
  });
  if (!labels.includes(0)) {
    throw new InvalidSubmissionError(`Every row has boxes of class ${JSON.stringify(name)}, so it cannot be scored.`);
  }
  return averagePrecision(labels, scores);
}

/** Place of the box with the largest overlap above the threshold, the first of equals; -1 when there is none. */
function bestMatch(box: Box, candidates: readonly Box[]): number {
  let best = -1;
  let largest = LEAST_OVERLAP;
  candidates.forEach((candidate, index) => {
    const overlap = intersectionOverUnion(box, candidate);
    if (!(overlap > largest)) return;
    best = index;
    largest = overlap;
  });
  return best;
}

function intersectionOverUnion({ corners: a }: Box, { corners: b }: Box): number {
  const width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
  const height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const shared = width * height;
  const union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared;
  return union > 0 ? shared / union : 0;
}
