import { parsePyInt, pySplit } from "@mlebench/frame";
import { InvalidSubmissionError } from "../errors.js";
import { quoted } from "../quoted.js";

/**
 * A mask as sorted runs of set pixels that do not overlap. Pixels are counted from 0 in whatever order the encoding
 * walks the image, so counts and overlaps need no picture in memory, however large it is.
 */
export interface Runs {
  /** First pixel of each run. */
  readonly starts: Float64Array;
  /** Pixel after the last of each run. */
  readonly ends: Float64Array;
}

/**
 * Reads `start length start length ...` with starts from 1, as Kaggle's segmentation competitions write masks.
 * Blank text is an empty mask; numbers follow Python's `int()`. Starts must ascend, starts and lengths be positive, and
 * no pixel be set twice. Runs past the end are cut. Upstream's odd counts are kept: one number is an empty mask, three
 * numbers use their one length for both starts, more odd ones fail.
 * @param pixelCount pixels of the image.
 * @throws InvalidSubmissionError when a rule is broken.
 */
export function decodeRunLengths(text: string, pixelCount: number): Runs {
  const numbers = pySplit(text).map(readInteger);
  const starts = numbers.filter((_, index) => index % 2 === 0);
  const lengths = numbers.filter((_, index) => index % 2 === 1);
  for (let run = 1; run < starts.length; run++) {
    if (starts[run]! < starts[run - 1]!) {
      throw invalid(`the starts do not ascend: ${starts[run]} follows ${starts[run - 1]}`);
    }
  }
  const wrongStart = starts.find((start) => start <= 0);
  if (wrongStart !== undefined) throw invalid(`a start must be positive, found ${wrongStart}`);
  const wrongLength = lengths.find((length) => length <= 0);
  if (wrongLength !== undefined) throw invalid(`a length must be positive, found ${wrongLength}`);
  if (numbers.length === 1) return { starts: new Float64Array(0), ends: new Float64Array(0) };
  if (numbers.length === 3) lengths.push(lengths[0]!);
  if (starts.length !== lengths.length) throw invalid(`the count of numbers is odd (${numbers.length})`);
  return placeRuns(starts, lengths, pixelCount);
}

/** Number of set pixels. */
export function countPixels(runs: Runs): number {
  let sum = 0;
  for (let run = 0; run < runs.starts.length; run++) sum += runs.ends[run]! - runs.starts[run]!;
  return sum;
}

/** Number of pixels that are set in both masks. */
export function countSharedPixels(a: Runs, b: Runs): number {
  let sum = 0;
  let left = 0;
  let right = 0;
  while (left < a.starts.length && right < b.starts.length) {
    const from = Math.max(a.starts[left]!, b.starts[right]!);
    const to = Math.min(a.ends[left]!, b.ends[right]!);
    if (to > from) sum += to - from;
    if (a.ends[left]! < b.ends[right]!) left++;
    else right++;
  }
  return sum;
}

function placeRuns(starts: readonly number[], lengths: readonly number[], pixelCount: number): Runs {
  const from: number[] = [];
  const to: number[] = [];
  starts.forEach((start, run) => {
    const first = start - 1;
    if (first >= pixelCount) return;
    const last = to.at(-1);
    if (last !== undefined && first < last) throw invalid(`pixel ${start} is set twice`);
    from.push(first);
    to.push(Math.min(first + lengths[run]!, pixelCount));
  });
  return { starts: Float64Array.from(from), ends: Float64Array.from(to) };
}

function readInteger(token: string): number {
  const value = parsePyInt(token);
  if (value === undefined) throw invalid(`${quoted(token)} is no integer`);
  return Number(value);
}

function invalid(what: string): InvalidSubmissionError {
  return new InvalidSubmissionError(`A run-length encoded mask is wrong: ${what}.`);
}
