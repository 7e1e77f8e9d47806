import { Column, concat, type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { requireColumns } from "../tables/require-columns.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

const TARGETS = [
  "question_asker_intent_understanding",
  "question_body_critical",
  "question_conversational",
  "question_expect_short_answer",
  "question_fact_seeking",
  "question_has_commonly_accepted_answer",
  "question_interestingness_others",
  "question_interestingness_self",
  "question_multi_intent",
  "question_not_really_a_question",
  "question_opinion_seeking",
  "question_type_choice",
  "question_type_compare",
  "question_type_consequence",
  "question_type_definition",
  "question_type_entity",
  "question_type_instructions",
  "question_type_procedure",
  "question_type_reason_explanation",
  "question_type_spelling",
  "question_well_written",
  "answer_helpful",
  "answer_level_of_information",
  "answer_plausible",
  "answer_relevance",
  "answer_satisfaction",
  "answer_type_instructions",
  "answer_type_procedure",
  "answer_type_reason_explanation",
  "answer_well_written",
];
const RARE_TARGET = "question_type_spelling";

export default definePreparer({
  id: "google-quest-challenge",
  async prepare({ raw, publicDir, privateDir }) {
    const all = await readCsv(raw.file("train.csv"));
    requireColumns(all.columns, "train.csv", { count: 41 });
    const { train, test } = withRareTarget(trainTestSplitFrame(all, { testSize: 0.1, random: 0 }));
    const answers = test.select(["qa_id", ...TARGETS]);
    const constant = TARGETS.find((target) => answers.column(target).countUnique() <= 1);
    if (constant !== undefined) {
      throw new RawDataError(
        `train.csv leaves one value of ${constant} to the test part, where a correlation needs two.`,
      );
    }
    const ramp = Column.float64(linspace(test.height));
    let sample = test.select(["qa_id"]);
    for (const target of TARGETS) sample = sample.withColumn(target, ramp);

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.drop(TARGETS));
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test.csv"), answers);
  },
});

/** The rarest target must vary in the test part, or its correlation would not exist: swaps in a train row that has it. */
function withRareTarget(split: { train: DataFrame; test: DataFrame }): { train: DataFrame; test: DataFrame } {
  const { train, test } = split;
  if (
    test
      .column(RARE_TARGET)
      .unique()
      .filter((value) => value !== null).length !== 1
  )
    return split;
  const rare = train.column(RARE_TARGET).numbers();
  const from = rare.findIndex((value) => value !== 0);
  if (from < 0) return split;
  return {
    train: concat([train.slice(0, from), test.slice(0, 1), train.slice(from + 1, train.height)]),
    test: concat([train.slice(from, from + 1), test.slice(1, test.height)]),
  };
}

/** numpy's `linspace(0, 1, n)`. */
function linspace(n: number): Float64Array {
  const step = 1 / (n - 1);
  return Float64Array.from({ length: n }, (_, index) => (index === n - 1 && n > 1 ? 1 : index * step));
}
