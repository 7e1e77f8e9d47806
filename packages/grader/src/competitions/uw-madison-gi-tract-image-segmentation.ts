import { compareCodePoints, type DataFrame } from "@mlebench/frame";
import { requireColumns, textsOrMissing } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { type GridPoints, gridHausdorffDistance } from "../metrics/grid-hausdorff-distance.js";
import { dice } from "../metrics/overlap.js";
import { pairwiseMean } from "../metrics/pairwise-sum.js";
import { countPixels, countSharedPixels, decodeRunLengths, type Runs } from "../metrics/run-lengths.js";
import { quoted } from "../quoted.js";

const ID = "id";
const TARGET = "predicted";
const DICE_WEIGHT = 0.4;
const DISTANCE_WEIGHT = 0.6;
/** A prediction so many times larger than the truth has the worst distance, unseen. */
const LARGEST_RATIO = 10;

/** Pixels are numbered down the columns. */
interface Mask {
  readonly width: number;
  readonly height: number;
  readonly runs: Runs;
}

/** The slices of one scan in order. */
interface Volume {
  readonly width: number;
  readonly height: number;
  readonly slices: readonly Runs[];
}

/**
 * Dice of the rows and Hausdorff distance of the volumes that the slices of a scan make. Nothing is joined by id: rows
 * and volumes are paired by position, up to the shorter side, so a submission with fewer rows is scored on those.
 */
export default defineGrader({
  id: "uw-madison-gi-tract-image-segmentation",
  grade({ submission, answers }) {
    requireColumns(submission, ID, "class", TARGET);
    const widths = answers.column("image_width").numbers();
    const heights = answers.column("image_height").numbers();
    const decode = (table: DataFrame) =>
      textsOrMissing(table.column(TARGET), TARGET)
        .slice(0, answers.height)
        .map((text, row): Mask => {
          const [width, height] = [widths[row]!, heights[row]!];
          return { width, height, runs: decodeRunLengths(text ?? "", width * height) };
        });
    const truth = decode(answers);
    const predicted = decode(submission);
    const overlaps = predicted.map(({ runs }, row) => ({
      truth: countPixels(truth[row]!.runs),
      predicted: countPixels(runs),
      shared: countSharedPixels(truth[row]!.runs, runs),
    }));
    const dices = overlaps.map(dice).filter((value) => !Number.isNaN(value));

    const trueVolumes = stackVolumes(answers, truth);
    const distances = stackVolumes(submission, predicted)
      .slice(0, trueVolumes.length)
      .map((volume, index) => volumeDistance(trueVolumes[index]!, volume))
      .filter((distance) => distance !== undefined);
    if (dices.length === 0 || distances.length === 0) return Number.NaN;
    return DICE_WEIGHT * pairwiseMean(dices) + DISTANCE_WEIGHT * (1 - pairwiseMean(distances));
  },
});

/** Masks of equal id make one slice, slices of equal text before `_slice_` one volume; all in the order of the ids. */
function stackVolumes(table: DataFrame, masks: readonly Mask[]): Volume[] {
  const ids = table.column(ID);
  const named = masks.map((mask, row) => {
    const id = ids.get(row);
    if (typeof id === "string") return { id, mask };
    throw new InvalidSubmissionError(`The column ${ID} must hold the names of slices; row ${row + 1} has no text.`);
  });
  named.sort((a, b) => compareCodePoints(a.id, b.id));
  const volumes = new Map<string, Map<string, Mask[]>>();
  for (const { id, mask } of named) {
    const name = id.split("_slice_", 1)[0]!;
    const slices = volumes.get(name) ?? new Map<string, Mask[]>();
    volumes.set(name, slices);
    const same = slices.get(id);
    if (same) same.push(mask);
    else slices.set(id, [mask]);
  }
  return Array.from(volumes, ([name, slices]) => {
    const { width, height } = [...slices.values()][0]![0]!;
    for (const mask of [...slices.values()].flat()) {
      if (mask.width === width && mask.height === height) continue;
      throw new InvalidSubmissionError(
        `The slices of ${quoted(name)} stand in rows of images of different sizes; keep the order of the sample submission.`,
      );
    }
    return { width, height, slices: Array.from(slices.values(), (same) => union(same.map(({ runs }) => runs))) };
  });
}

/** Runs of what is set in any of the masks. */
function union(masks: readonly Runs[]): Runs {
  if (masks.length === 1) return masks[0]!;
  const runs = masks
    .flatMap(({ starts, ends }) => Array.from(starts, (start, run) => ({ start, end: ends[run]! })))
    .sort((a, b) => a.start - b.start);
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of runs) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return {
    starts: Float64Array.from(merged, ({ start }) => start),
    ends: Float64Array.from(merged, ({ end }) => end),
  };
}

/** Distance in a cube of edge 1, over its diagonal; undefined when both volumes are empty. */
function volumeDistance(truth: Volume, predicted: Volume): number | undefined {
  const count = ({ slices }: Volume) => slices.reduce((sum, runs) => sum + countPixels(runs), 0);
  const [trueCount, predictedCount] = [count(truth), count(predicted)];
  if (trueCount === 0 && predictedCount === 0) return undefined;
  if (trueCount === 0 || predictedCount === 0 || predictedCount > LARGEST_RATIO * trueCount) return 1;
  const steps = [1 / truth.slices.length, 1 / truth.height, 1 / truth.width] as const;
  const distance = gridHausdorffDistance(voxels(predicted, predictedCount), voxels(truth, trueCount), steps);
  return distance / Math.sqrt(3);
}

function voxels({ slices, height }: Volume, count: number): GridPoints {
  const axes = [new Int32Array(count), new Int32Array(count), new Int32Array(count)] as const;
  let voxel = 0;
  slices.forEach(({ starts, ends }, slice) => {
    starts.forEach((start, run) => {
      for (let pixel = start; pixel < ends[run]!; pixel++, voxel++) {
        axes[0][voxel] = slice;
        axes[1][voxel] = pixel % height;
        axes[2][voxel] = Math.floor(pixel / height);
      }
    });
  });
  return { axes };
}
