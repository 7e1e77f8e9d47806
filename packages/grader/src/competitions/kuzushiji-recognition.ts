import { type Cell, parsePyFloat } from "@mlebench/frame";
import { alignById, requireColumns, requireSameHeight, shownCell } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { fBeta } from "../metrics/f-score.js";
import { quoted } from "../quoted.js";

const ID = "image_id";
const TARGET = "labels";

interface Point {
  readonly code: string;
  readonly x: number;
  readonly y: number;
}

export default defineGrader({
  id: "kuzushiji-recognition",
  grade({ submission, answers }) {
    requireSameHeight(submission, answers);
    requireColumns(submission, ID, TARGET);
    const aligned = alignById(submission, answers, ID);
    const boxes = aligned.answers.column(TARGET);
    const predicted = aligned.submission.column(TARGET);
    const pages = aligned.submission.column(ID);
    let truePositives = 0;
    let falsePositives = 0;
    let falseNegatives = 0;
    for (let row = 0; row < answers.height; row++) {
      const points = parsePoints(predicted.get(row), shownCell(pages, row));
      const truth = boxes.get(row);
      const { hits, boxCount } = matchBoxes(typeof truth === "string" ? truth.split(" ") : [], points);
      truePositives += hits;
      falsePositives += points.length - hits;
      falseNegatives += boxCount - hits;
    }
    return truePositives === 0 ? 0 : fBeta({ truePositives, falsePositives, falseNegatives });
  },
});

/** Every box takes the first unused point strictly inside of it with its code; boxes choose in their order. */
function matchBoxes(tokens: readonly string[], points: readonly Point[]): { hits: number; boxCount: number } {
  const unusedByCode = new Map<string, Point[]>();
  for (const point of points) {
    const known = unusedByCode.get(point.code);
    if (known) known.push(point);
    else unusedByCode.set(point.code, [point]);
  }
  let hits = 0;
  for (let at = 0; at < tokens.length; at += 5) {
    const [x, y, width, height] = tokens.slice(at + 1, at + 5).map(Number) as [number, number, number, number];
    const candidates = unusedByCode.get(tokens[at]!) ?? [];
    const match = candidates.findIndex(
      (point) => x < point.x && point.x < x + width && y < point.y && point.y < y + height,
    );
    if (match < 0) continue;
    candidates.splice(match, 1);
    hits++;
  }
  return { hits, boxCount: Math.floor(tokens.length / 5) };
}

function parsePoints(cell: Cell, page: string): Point[] {
  if (cell === null) return [];
  if (typeof cell !== "string") {
    throw new InvalidSubmissionError(`The labels of page ${page} must be text "code x y ..."; ${cell} was found.`);
  }
  const tokens = cell.split(" ");
  if (tokens.length % 3 !== 0) {
    throw new InvalidSubmissionError(
      `The labels of page ${page} must come in groups of three separated by single blanks; there are ${tokens.length} parts.`,
    );
  }
  const points: Point[] = [];
  for (let at = 0; at < tokens.length; at += 3) {
    const [x, y] = [parsePyFloat(tokens[at + 1]!), parsePyFloat(tokens[at + 2]!)];
    if (x === undefined || y === undefined) {
      throw new InvalidSubmissionError(
        `The labels of page ${page} have coordinates that are no numbers: ${quoted(tokens.slice(at, at + 3).join(" "))}.`,
      );
    }
    points.push({ code: tokens[at]!, x, y });
  }
  return points;
}
