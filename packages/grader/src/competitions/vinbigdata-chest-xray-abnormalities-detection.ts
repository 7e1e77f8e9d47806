import { type Cell, cellKey, type DataFrame, parsePyFloat } from "@mlebench/frame";
import { requireColumns, requireSameIds, textsOrMissing } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { pairwiseMean } from "../metrics/pairwise-sum.js";
import { quoted } from "../quoted.js";

const ID = "image_id";
const TARGET = "PredictionString";
const TOKENS_PER_BOX = 6;
const LEAST_OVERLAP = 0.4;
const LARGEST_AREA = 1e10;
const MOST_DETECTIONS = 100;
/** numpy's `linspace(0, 1, 101)`. */
const RECALL_POINTS = Array.from({ length: 101 }, (_, step) => (step === 100 ? 1 : step * 0.01));
const EPSILON = 2 ** -52;

type Corners = readonly [xMin: number, yMin: number, xMax: number, yMax: number];

interface TrueBox {
  readonly id: number;
  readonly corners: Corners;
  readonly isIgnored: boolean;
}

interface Detection {
  readonly id: number;
  readonly corners: Corners;
  readonly score: number;
}

/** Boxes by class and by the image's position in the answers. */
type ByClass<T> = ReadonlyMap<number, Map<number, T[]>>;

/**
 * COCO's mean average precision at one overlap, with what upstream's use of it does: corners are taken for position and
 * size when overlaps are computed, and since ids start at 0, which COCO takes for "no match", the first true box can never
 * be found and the first detection never uses a box up.
 */
export default defineGrader({
  id: "vinbigdata-chest-xray-abnormalities-detection",
  grade({ submission, answers }) {
    requireColumns(submission, TARGET, ID);
    requireSameIds(submission, answers, ID);
    const positions = new Map(
      answers
        .column(ID)
        .unique()
        .map((id, position) => [cellKey(id), position]),
    );
    const truth = trueBoxes(answers, positions);
    const detections = detectedBoxes(submission, positions, new Set(truth.keys()));
    const precisions = [...truth.keys()]
      .sort((a, b) => a - b)
      .flatMap((label) => classPrecisions(truth.get(label)!, detections.get(label) ?? new Map()) ?? []);
    return precisions.length === 0 ? -1 : pairwiseMean(precisions);
  },
});

function trueBoxes(answers: DataFrame, positions: ReadonlyMap<Cell, number>): ByClass<TrueBox> {
  const images = answers.column(ID);
  const classes = answers.column("class_id").numbers();
  const sides = ["x_min", "y_min", "x_max", "y_max"].map((name) => answers.column(name).numbers());
  const rows = Array.from({ length: answers.height }, (_, row) => ({
    row,
    position: positions.get(cellKey(images.get(row)))!,
  })).sort((a, b) => a.position - b.position);
  const boxes = new Map<number, Map<number, TrueBox[]>>();
  rows.forEach(({ row, position }, id) => {
    const corners = sides.map((side) => side[row]!) as unknown as Corners;
    add(boxes, classes[row]!, position, { id, corners, isIgnored: isOutsideAreaRange(corners) });
  });
  return boxes;
}

function detectedBoxes(
  submission: DataFrame,
  positions: ReadonlyMap<Cell, number>,
  classes: ReadonlySet<number>,
): ByClass<Detection> {
  const images = submission.column(ID);
  const boxes = new Map<number, Map<number, Detection[]>>();
  let id = 0;
  textsOrMissing(submission.column(TARGET), TARGET).forEach((text, row) => {
    const position = positions.get(cellKey(images.get(row)))!;
    for (const [label, score, ...corners] of parseGroups(text, row)) {
      if (classes.has(label!))
        add(boxes, label!, position, { id, corners: corners as unknown as Corners, score: score! });
      id++;
    }
  });
  return boxes;
}

function parseGroups(text: string | null, row: number): number[][] {
  const fail = (problem: string) =>
    new InvalidSubmissionError(
      `The column ${TARGET} must hold groups of class, score and four coordinates with one blank between all; row ${row + 1} ${problem}.`,
    );
  if (text === null) throw fail("is empty");
  const numbers = text.split(" ").map((token) => {
    const value = parsePyFloat(token);
    if (value === undefined) throw fail(`has ${quoted(token)} for a number`);
    return value;
  });
  if (numbers.length % TOKENS_PER_BOX !== 0) throw fail(`has ${numbers.length} numbers`);
  return Array.from({ length: numbers.length / TOKENS_PER_BOX }, (_, index) => {
    const group = numbers.slice(index * TOKENS_PER_BOX, (index + 1) * TOKENS_PER_BOX);
    if (!Number.isFinite(group[0])) throw fail(`has the class ${group[0]}`);
    group[0] = Math.trunc(group[0]!);
    return group;
  });
}

function add<T>(boxes: Map<number, Map<number, T[]>>, label: number, position: number, box: T): void {
  const images = boxes.get(label) ?? new Map<number, T[]>();
  boxes.set(label, images);
  const list = images.get(position);
  if (list) list.push(box);
  else images.set(position, [box]);
}

interface Outcome {
  readonly score: number;
  readonly isHit: boolean;
  readonly isIgnored: boolean;
}

/** Precision at every recall point; undefined when no true box of the class counts. */
function classPrecisions(
  truth: ReadonlyMap<number, TrueBox[]>,
  detections: ReadonlyMap<number, Detection[]>,
): number[] | undefined {
  let positives = 0;
  for (const boxes of truth.values()) positives += boxes.filter(({ isIgnored }) => !isIgnored).length;
  if (positives === 0) return undefined;
  const outcomes = [...detections.entries()]
    .sort(([a], [b]) => a - b)
    .flatMap(([position, boxes]) => matchImage(truth.get(position) ?? [], boxes));

  const recalls: number[] = [];
  const precisions: number[] = [];
  let hits = 0;
  let misses = 0;
  for (const { isHit, isIgnored } of outcomes.sort(byFallingScore)) {
    if (!isIgnored && isHit) hits++;
    else if (!isIgnored) misses++;
    recalls.push(hits / positives);
    precisions.push(hits / (misses + hits + EPSILON));
  }
  for (let index = precisions.length - 1; index > 0; index--) {
    if (precisions[index]! > precisions[index - 1]!) precisions[index - 1] = precisions[index]!;
  }
  let index = 0;
  return RECALL_POINTS.map((recall) => {
    while (index < recalls.length && recalls[index]! < recall) index++;
    return precisions[index] ?? 0;
  });
}

function matchImage(truth: readonly TrueBox[], detections: readonly Detection[]): Outcome[] {
  const candidates = [...truth].sort((a, b) => Number(a.isIgnored) - Number(b.isIgnored));
  const usedBy = new Float64Array(candidates.length);
  return [...detections]
    .sort(byFallingScore)
    .slice(0, MOST_DETECTIONS)
    .map((detection) => {
      let best = LEAST_OVERLAP;
      let match = -1;
      for (const [index, candidate] of candidates.entries()) {
        if (usedBy[index]! > 0) continue;
        if (match !== -1 && !candidates[match]!.isIgnored && candidate.isIgnored) break;
        const overlap = overlapOfCorners(detection.corners, candidate.corners);
        if (overlap < best) continue;
        best = overlap;
        match = index;
      }
      const matched = match === -1 ? undefined : candidates[match]!;
      if (matched !== undefined) usedBy[match] = detection.id;
      const isHit = matched !== undefined && matched.id !== 0;
      const isIgnored = matched?.isIgnored || (!isHit && isOutsideAreaRange(detection.corners));
      return { score: detection.score, isHit, isIgnored };
    });
}

/** NaN comes last. */
function byFallingScore(a: { readonly score: number }, b: { readonly score: number }): number {
  if (a.score === b.score) return 0;
  if (Number.isNaN(a.score) || Number.isNaN(b.score))
    return Number(Number.isNaN(a.score)) - Number(Number.isNaN(b.score));
  return b.score - a.score;
}

/** Intersection over union of boxes whose second corner is read as width and height. */
function overlapOfCorners(a: Corners, b: Corners): number {
  const width = smaller(a[0] + a[2], b[0] + b[2]) - larger(a[0], b[0]);
  if (width <= 0) return 0;
  const height = smaller(a[1] + a[3], b[1] + b[3]) - larger(a[1], b[1]);
  if (height <= 0) return 0;
  const shared = width * height;
  return shared / (a[2] * a[3] + b[2] * b[3] - shared);
}

/** C's `fmin`: the other one when one is NaN. */
function smaller(a: number, b: number): number {
  return Number.isNaN(a) || b < a ? b : a;
}

function larger(a: number, b: number): number {
  return Number.isNaN(a) || b > a ? b : a;
}

function isOutsideAreaRange([xMin, yMin, xMax, yMax]: Corners): boolean {
  const area = (xMax - xMin) * (yMax - yMin);
  return area < 0 || area > LARGEST_AREA;
}
