import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type DataFrame, parsePyInt, pyStrip } from "@mlebench/frame";
import { requireColumns, textCells } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { AnswersUnreadableError, InvalidSubmissionError } from "../errors.js";
import { quoted } from "../quoted.js";

const ID = "example_id";
const TARGET = "PredictionString";

/** What is right for one row, as canonical texts; empty when there is no answer. */
type RightAnswers = ReadonlySet<string>;

export default defineGrader<Map<string, RightAnswers>>({
  id: "tensorflow2-question-answering",
  readAnswers: ({ answersPath }) => readRightAnswers(answersPath),
  grade({ submission, answers }) {
    if (submission.height !== answers.size) {
      throw new InvalidSubmissionError(`The submission must have ${answers.size} rows; it has ${submission.height}.`);
    }
    requireColumns(submission, ID, TARGET);
    const ids = requireEachIdOnce(submission, answers);
    const predictions = textCells(submission.column(TARGET), "");
    let right = 0;
    for (const [row, id] of ids.entries()) {
      const valid = answers.get(id)!;
      const prediction = canonical(predictions[row]!, id);
      // An empty prediction is right exactly when there is no answer.
      if (prediction === "" ? valid.size === 0 : valid.has(prediction)) right++;
    }
    return right / ids.length;
  },
});

function requireEachIdOnce(submission: DataFrame, answers: ReadonlyMap<string, RightAnswers>): string[] {
  const ids = textCells(submission.column(ID), "");
  const seen = new Set<string>();
  for (const id of ids) {
    if (!answers.has(id)) throw new InvalidSubmissionError(`The ${ID} ${quoted(id)} is not in the test set.`);
    if (seen.has(id)) throw new InvalidSubmissionError(`The ${ID} ${id} occurs more than once.`);
    seen.add(id);
  }
  return ids;
}

/** `start:end` as numbers, YES, NO or nothing. */
function canonical(cell: string, id: string): string {
  const text = pyStrip(cell);
  const parts = text.split(":", 3);
  if (parts.length === 2) {
    const [start, end] = parts.map(parsePyInt);
    if (start !== undefined && end !== undefined) return `${start}:${end}`;
  } else if (text === "" || text === "YES" || text === "NO") {
    return text;
  }
  throw new InvalidSubmissionError(
    `A ${TARGET} must be "start:end", YES, NO or empty; ${quoted(text)} was found for ${id}.`,
  );
}

interface TokenSpan {
  readonly start_token: number;
  readonly end_token: number;
}

/** Documents make up nearly all of the file, so lines are read one by one and only annotations are kept. */
async function readRightAnswers(path: string): Promise<Map<string, RightAnswers>> {
  const answers = new Map<string, RightAnswers>();
  try {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.trim() === "") continue;
      const { example_id: id, annotations } = JSON.parse(line) as {
        example_id: string;
        annotations: [{ yes_no_answer: string; long_answer: TokenSpan; short_answers: TokenSpan[] }];
      };
      const [{ yes_no_answer: yesNo, long_answer: long, short_answers: shorts }] = annotations;
      answers.set(`${id}_long`, new Set(long.start_token === -1 ? [] : [spanText(long)]));
      answers.set(`${id}_short`, new Set([...shorts.map(spanText), ...(yesNo === "NONE" ? [] : [yesNo])]));
    }
  } catch (cause) {
    throw new AnswersUnreadableError(path, "tensorflow2-question-answering", { cause });
  }
  return answers;
}

function spanText({ start_token: start, end_token: end }: TokenSpan): string {
  return `${start}:${end}`;
}
