import { compareCodePoints, parsePyFloat, pyStrip } from "@mlebench/frame";
import { alignById, requireColumns, requireSameHeight, sortDescending, textsOrMissing } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { pairwiseMean } from "../metrics/pairwise-sum.js";
import { type UprightBox, uprightBox, uprightBoxOverlap } from "../metrics/upright-box-overlap.js";
import { quoted } from "../quoted.js";

const ID = "Id";
const TARGET = "PredictionString";
const TOKENS_PER_BOX = 9;
const THRESHOLDS = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];

/** A box as it stands in the table; whether it is one shows only when its class is scored. */
interface Entry {
  readonly className: string;
  readonly confidence: number;
  readonly numbers: readonly number[];
}

/** Mean average precision of upright boxes: over the classes of a sample, then over all thresholds and samples. */
export default defineGrader({
  id: "3d-object-detection-for-autonomous-vehicles",
  /** Which classes are in a scene is a secret, so the boxes of every class must be boxes. */
  check({ submission }) {
    requireColumns(submission, ID, TARGET);
    const predicted = textsOrMissing(submission.sort(ID).column(TARGET), TARGET);
    for (const entry of predicted.flatMap(parseEntries)) toBox(entry);
  },
  grade({ submission, answers }) {
    requireSameHeight(submission, answers);
    requireColumns(submission, ID, TARGET);
    const aligned = alignById(submission, answers, ID);
    const truth = textsOrMissing(aligned.answers.column(TARGET), TARGET).map(parseEntries);
    const predicted = textsOrMissing(aligned.submission.column(TARGET), TARGET).map(parseEntries);
    return pairwiseMean(truth.flatMap((entries, row) => samplePrecisions(entries, predicted[row]!)));
  },
});

function parseEntries(text: string | null, row: number): Entry[] {
  if (text === null || pyStrip(text) === "") return [];
  const fail = (problem: string) =>
    new InvalidSubmissionError(
      `The column ${TARGET} must hold groups of confidence, centre (x y z), width, length, height, yaw and class with one blank between all; row ${row + 1}, sorted by ${ID}, ${problem}.`,
    );
  const tokens = text.split(" ");
  if (tokens.length % TOKENS_PER_BOX !== 0) throw fail(`has ${tokens.length} parts`);
  return Array.from({ length: tokens.length / TOKENS_PER_BOX }, (_, index) => {
    const group = tokens.slice(index * TOKENS_PER_BOX, (index + 1) * TOKENS_PER_BOX);
    const [confidence, ...numbers] = group.slice(0, -1).map((token) => {
      const value = parsePyFloat(token);
      if (value === undefined) throw fail(`has ${quoted(token)} for a number`);
      return value;
    });
    return { className: group.at(-1)!, confidence: confidence!, numbers };
  });
}

/** One value per threshold. */
function samplePrecisions(truth: readonly Entry[], predicted: readonly Entry[]): number[] {
  const classes = [...new Set(truth.map(({ className }) => className))].sort(compareCodePoints);
  const precisions = classes.map((name) => {
    const ofClass = ({ className }: Entry) => className === name;
    return classPrecisions(truth.filter(ofClass).map(toBox), predicted.filter(ofClass));
  });
  return THRESHOLDS.map((_, index) => pairwiseMean(precisions.map((own) => own[index]!)));
}

function classPrecisions(truth: readonly UprightBox[], predicted: readonly Entry[]): number[] {
  const nearest = sortDescending(predicted, ({ confidence }) => confidence).map((entry) =>
    findNearest(toBox(entry), truth),
  );
  return THRESHOLDS.map((threshold) => {
    const isUsed = new Uint8Array(truth.length);
    const isHit = nearest.map(({ index, overlap }) => {
      if (!(overlap > threshold) || isUsed[index] === 1) return false;
      isUsed[index] = 1;
      return true;
    });
    return averagePrecision(isHit, truth.length);
  });
}

/** The true box with the largest overlap, the first of equals, whether it is still free or not. */
function findNearest(box: UprightBox, truth: readonly UprightBox[]): { index: number; overlap: number } {
  let nearest = { index: -1, overlap: Number.NEGATIVE_INFINITY };
  truth.forEach((candidate, index) => {
    const overlap = uprightBoxOverlap(box, candidate);
    if (overlap > nearest.overlap) nearest = { index, overlap };
  });
  return nearest;
}

/** Area below the precision made non-increasing, over recall. */
function averagePrecision(isHit: readonly boolean[], truthCount: number): number {
  const recalls: number[] = [];
  const precisions: number[] = [];
  let hits = 0;
  isHit.forEach((hit, index) => {
    if (hit) hits++;
    recalls.push(hits / truthCount);
    precisions.push(hits / (index + 1));
  });
  let sum = 0;
  let best = 0;
  for (let index = isHit.length - 1; index >= 0; index--) {
    best = Math.max(best, precisions[index]!);
    sum += (recalls[index]! - (recalls[index - 1] ?? 0)) * best;
  }
  return sum;
}

function toBox({ numbers, className }: Entry): UprightBox {
  const [x, y, z, width, length, height, yaw] = numbers as [number, number, number, number, number, number, number];
  const box = uprightBox({ centre: [x, y, z], size: [width, length, height], yaw });
  if (box !== undefined) return box;
  throw new InvalidSubmissionError(
    `A box of class ${quoted(className)} is none (${numbers.join(" ")}): sizes must be positive and coordinates finite and near the scene.`,
  );
}
