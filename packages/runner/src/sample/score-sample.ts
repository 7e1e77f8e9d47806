import type { EvalSample, Score } from "@mlebench/eval-log";
import type { Scorer } from "@mlebench/scorer";
import type { PlannedSample } from "../plan/run-plan.js";
import type { AttemptRecord } from "./attempt-sample.js";
import type { Transcript } from "./transcript.js";

/** Gives the scores of a graded sample by scorer name; undefined when the run does not score. */
export type SampleScorer = (
  sample: PlannedSample,
  record: AttemptRecord,
  transcript: Transcript,
) => Promise<EvalSample["scores"]>;

/**
 * Asks every scorer in turn and records what they say. A scorer that throws is an error of the sample, never a zero.
 */
export function sampleScorer(scorers: readonly Scorer[]): SampleScorer {
  return async (sample, { report, kept, state }, transcript) => {
    if (!report) throw new Error("There is no grading report to score.");
    return transcript.span("scorers", "scorers", async () => {
      const scores: Record<string, Score> = {};
      for (const scorer of scorers) {
        await transcript.span(scorer.name, "scorer", async () => {
          const score: Score = await scorer.score({
            sampleId: sample.competitionId,
            epoch: sample.epoch,
            report,
            submissionPath: kept?.submissionPath,
            messages: state?.messages,
            completion: state?.output?.completion,
          });
          scores[scorer.name] = score;
          transcript.add({ event: "score", score, target: "", scorer: scorer.name, intermediate: false });
        });
      }
      return scores;
    });
  };
}
