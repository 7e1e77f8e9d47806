// The process in which submissions are graded. A grader that loops, allocates without end or crashes takes only this
// process with it. A second thread watches the memory and the parent, because the first one may be in a loop.
import { writeSync } from "node:fs";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import type { PlugIn, PlugInRegistry } from "../plug-in/plug-in-registry.js";
import { type GradingAnswer, type GradingRequest, OUT_OF_MEMORY_MARK } from "./grading-messages.js";

const WATCH_MILLISECONDS = 50;

interface WatchData {
  readonly parentPid: number;
  readonly maxBytes: number;
}

if (isMainThread) process.once("message", (request: GradingRequest) => void serve(request));
else watch(workerData as WatchData);

async function serve(request: GradingRequest): Promise<void> {
  const data: WatchData = { parentPid: process.ppid, maxBytes: request.maxBytes };
  new Worker(new URL(import.meta.url), { workerData: data }).unref();
  process.on("disconnect", () => process.exit(1));
  // Ctrl-C reaches the whole process group; the parent decides what it means for a grade.
  process.on("SIGINT", () => undefined);
  process.send?.(await answer(request).catch(describe), () => process.exit(0));
}

function watch({ parentPid, maxBytes }: WatchData): void {
  setInterval(() => {
    if (process.ppid !== parentPid) process.kill(process.pid, "SIGKILL");
    if (process.memoryUsage.rss() <= maxBytes) return;
    writeSync(2, `\n${OUT_OF_MEMORY_MARK}\n`);
    process.kill(process.pid, "SIGKILL");
  }, WATCH_MILLISECONDS);
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

function describe(error: unknown): GradingAnswer {
  if (!(error instanceof Error)) return { type: "error", message: String(error) };
  const { code, hint } = error as { code?: unknown; hint?: unknown };
  return {
    type: "error",
    message: error.message,
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof hint === "string" ? { hint } : {}),
    stack: stacks(error),
  };
}

function stacks(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\nCaused by: ${stacks(error.cause)}` : stack;
}
