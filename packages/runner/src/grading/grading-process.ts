// The process in which submissions are graded. A grader that loops, allocates without end or crashes takes only this
// process with it.
import { guardProcess } from "../child-process/guard-process.js";
import { raisedError } from "../child-process/raised-error.js";
import type { PlugIn, PlugInRegistry } from "../plug-in/plug-in-registry.js";
import { type GradingAnswer, type GradingRequest, OUT_OF_MEMORY_MARK } from "./grading-messages.js";

process.once("message", (request: GradingRequest) => void serve(request));

async function serve(request: GradingRequest): Promise<void> {
  guardProcess({ maxBytes: request.maxBytes, outOfMemoryMark: OUT_OF_MEMORY_MARK });
  // Ctrl-C reaches the whole process group; the parent decides what it means for a grade.
  process.on("SIGINT", () => undefined);
  const result = await answer(request).catch((error): GradingAnswer => ({ type: "error", ...raisedError(error) }));
  process.send?.(result, () => process.exit(0));
}

async function answer(request: GradingRequest): Promise<GradingAnswer> {
  const { kind, submissionPath, privateDir, competition, thresholds } = request;
  const { findCompetition, registerCompetition } = await import("@mlebench/competitions");
  const { gradeCsv, listGraders, validateSubmission } = await import("@mlebench/grader");
  for (const url of request.plugIns) {
    if (listGraders().includes(competition.id)) break;
    const module: { readonly default: PlugIn } = await import(url);
    await module.default(await graderRegistry());
  }
  if (!listGraders().includes(competition.id)) return { type: "no-grader" };
  if (!findCompetition(competition.id)) registerCompetition({ competition, ...(thresholds ? { thresholds } : {}) });
  return kind === "grade"
    ? { type: "report", report: await gradeCsv(submissionPath, competition.id, { privateDir }) }
    : { type: "validation", result: await validateSubmission(submissionPath, competition.id, { privateDir }) };
}

/** Competitions and graders are registered for real; what only a run needs is passed over. */
async function graderRegistry(): Promise<PlugInRegistry> {
  const { registerCompetition } = await import("@mlebench/competitions");
  const { defineGrader, InvalidSubmissionError, registerGrader } = await import("@mlebench/grader");
  const nothing = (): void => undefined;
  return {
    registerCompetition,
    registerGrader,
    defineGrader,
    InvalidSubmissionError,
    definePreparer: (definition) => definition,
    registerPreparer: nothing,
    registerSource: nothing,
    registerMockScript: nothing,
    registerProvider: nothing,
  };
}
