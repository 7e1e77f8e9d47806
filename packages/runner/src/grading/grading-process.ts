// The process in which submissions are graded. A grader that loops, allocates without end or crashes takes only this
// process with it.
import { guardProcess } from "../child-process/guard-process.js";
import { raisedError } from "../child-process/raised-error.js";
import { loadPlugInsInto, registryWith } from "../plug-in/registry-with.js";
import type { GradingAnswer, GradingRequest } from "./grading-messages.js";

guardProcess();
process.once("message", (request: GradingRequest) => void serve(request));

async function serve(request: GradingRequest): Promise<void> {
  const result = await answer(request).catch((error): GradingAnswer => ({ type: "error", ...raisedError(error) }));
  process.send?.(result, () => process.exit(0));
}

async function answer(request: GradingRequest): Promise<GradingAnswer> {
  const { kind, submissionPath, privateDir, competition, thresholds, plugIns } = request;
  const { findCompetition, registerCompetition } = await import("@mlebench/competitions");
  const { defineGrader, gradeCsv, InvalidSubmissionError, listGraders, registerGrader, validateSubmission } =
    await import("@mlebench/grader");
  const registry = registryWith({ registerCompetition, defineGrader, registerGrader, InvalidSubmissionError });
  const isKnown = (): boolean => listGraders().includes(competition.id);
  await loadPlugInsInto(registry, plugIns, isKnown);
  if (!isKnown()) return { type: "no-grader" };
  if (!findCompetition(competition.id)) registerCompetition({ competition, thresholds });
  const judge = kind === "grade" ? gradeCsv : validateSubmission;
  return { type: "result", result: await judge(submissionPath, competition.id, { privateDir }) };
}
