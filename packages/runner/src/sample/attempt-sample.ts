import { join } from "node:path";
import {
  type GenerationOptions,
  LimitReached,
  type ModelUsage,
  ReactError,
  type ReactLimits,
  timeLimitReached,
} from "@mlebench/agent-react";
import { startDeadline, startTimer } from "@mlebench/base";
import { getCompetition } from "@mlebench/competitions";
import { dataPaths } from "@mlebench/data-prep";
import { type GradingReport, submissionBound, type ValidationResult } from "@mlebench/grader";
import type { ResolvedModel } from "@mlebench/models";
import type { ComposeSpec, OwnParts, Sandbox, SandboxProvider } from "@mlebench/sandbox-compose";
import { sampleDirectory } from "../artifacts-directory.js";
import type { RunEventListener } from "../events.js";
import {
  type BoundedGradingOptions,
  type GradingLimits,
  gradeBounded,
  validateBounded,
} from "../grading/bounded-grading.js";
import type { PlannedSample } from "../plan/run-plan.js";
import type { SettingsAt } from "../settings/setting-values.js";
import type { SampleState, Solver, SolverContext } from "../task/solver.js";
import { type AgentsEnd, agentsEnd } from "./agents-end.js";
import { checkGpu } from "./check-gpu.js";
import { publicDataOf, requireReadableData } from "./check-public-data.js";
import { type KeptArtifacts, keepArtifacts, nothingKept } from "./keep-artifacts.js";
import type { ModelRemarks } from "./model-remarks.js";
import { prepareSandbox } from "./prepare-sandbox.js";
import { reachedBy } from "./react-solver.js";
import { recordCalls, type ValidationCounts } from "./record-calls.js";
import { recordReact } from "./record-react.js";
import type { Transcript } from "./transcript.js";

/** For the solver to end by itself and keep what it has. */
const GRACE_MILLISECONDS = 5000;

/** What is settled about all samples of a run before it begins. */
export interface SampleRules extends Required<Pick<SettingsAt<"run">, "keepSandboxes" | "scoreOnError">> {
  readonly limits: ReactLimits;
  readonly commandTimeoutSeconds: number;
  /** `react`, or the name of the solver that replaces it. */
  readonly solverName: string;
  /** Build the image also when it exists. */
  readonly forceBuild: boolean;
  /** Whether the GPU is looked for inside each sandbox. */
  readonly checkGpu: boolean;
}

/** What all samples of a run have in common. */
export interface SampleSetup extends SampleRules {
  readonly runId: string;
  readonly dataDir: string;
  readonly provider: SandboxProvider;
  readonly specFor: (sample: PlannedSample, gpuIds: readonly string[] | undefined) => Promise<ComposeSpec>;
  /** What of a spec is the runner's. */
  readonly ownParts: (sample: PlannedSample) => OwnParts;
  readonly model: ResolvedModel;
  readonly generate: GenerationOptions;
  readonly solver: Solver;
  /** What the solver finds as `args` in its context. */
  readonly solverArgs: Readonly<Record<string, unknown>>;
  /** Folder beside the log in which every sample gets a folder for its submission and code. */
  readonly artifactsDirectory: string;
  readonly gradingLimits: GradingLimits;
  /** What the spec may open of this host, by its keys. */
  readonly allowHostAccess?: readonly string[];
  readonly modelRemarks: ModelRemarks;
  readonly emit: RunEventListener;
}

/** What an attempt left behind, as far as it came. */
export interface AttemptRecord {
  state?: SampleState;
  /** While the agent works: messages so far and what they took. */
  progress?: { readonly messages: number; readonly usage: ModelUsage };
  kept?: KeptArtifacts;
  /** Set when the agent ended its sandbox: a result, like a limit. */
  agentsEnd?: AgentsEnd;
  report?: GradingReport;
  readonly validationCalls: ValidationCounts;
}

/**
 * Runs one sample once: sandbox, agent, submission, grade. What was reached is in `record` also when this throws.
 * @throws whatever breaks: an error of the sample, or the signal's reason when cancelled.
 */
export async function attemptSample(
  sample: PlannedSample,
  setup: SampleSetup,
  record: AttemptRecord,
  { transcript, signal, gpuIds }: { transcript: Transcript; signal: AbortSignal; gpuIds?: readonly string[] },
): Promise<void> {
  const spec = await setup.specFor(sample, gpuIds);
  const artifacts = sampleDirectory(setup.artifactsDirectory, sample);
  const { privateDir, publicDir } = dataPaths(setup.dataDir, sample.competitionId);
  const grading = { ...setup.gradingLimits, privateDir, signal };
  const bound = await submissionBound(sample.competitionId, { privateDir });
  const trouble = (message: string): void => {
    transcript.add({ event: "info", source: "mlebench", data: { warning: message } });
    setup.emit({ type: "warning", message, competitionId: sample.competitionId });
  };

  const initSpan = transcript.beginSpan("init", "init");
  let sandbox: Sandbox | undefined;
  try {
    const publicData = await publicDataOf(setup, publicDir);
    sandbox = await setup.provider.up(spec, {
      runId: setup.runId,
      name: sample.competitionId,
      signal,
      keep: setup.keepSandboxes,
      forceBuild: setup.forceBuild,
      allowHostAccess: setup.allowHostAccess,
      own: setup.ownParts(sample),
      onProgress: (event) => {
        if (event.type === "warning") trouble(event.message);
        else setup.emit({ type: "sandbox-event", ...sample, event });
      },
    });
    setup.emit({ type: "sandbox-ready", ...sample, connection: sandbox.connection() });
    await using prepared = await prepareSandbox(sandbox, {
      bound,
      validate: async (path, ended) =>
        hidePath(
          await validateBounded(path, sample.competitionId, { ...grading, signal: AbortSignal.any([ended, signal]) }),
          path,
        ),
      validationTimeoutSeconds: setup.gradingLimits.validationTimeoutSeconds,
      onCall: recordCalls(record, transcript, (call) => setup.emit({ type: "validation-call", ...sample, ...call })),
      onTrouble: trouble,
    });
    await requireReadableData(sandbox, prepared.agentUser, publicData, publicDir);
    if (setup.checkGpu) await checkGpu(sandbox, trouble);
    const state: SampleState = {
      ...sample,
      competition: getCompetition(sample.competitionId),
      input: prepared.input,
      messages: [],
      metadata: {},
      store: {},
    };
    record.state = state;
    transcript.add({
      event: "sample_init",
      sample: {
        id: sample.competitionId,
        input: state.input,
        target: "",
        sandbox: { type: sandbox.provider, config: spec },
      },
      state: {},
    });
    transcript.endSpan(initSpan);
    const work = { sandbox, agentUser: prepared.agentUser, setup, record, transcript, signal };
    const unsolved = await failureOf(solve(state, work));
    if (unsolved && signal.aborted) throw unsolved.error;
    // What the agent has so far may be worth a look, or a score, whatever became of it.
    const unkept = await failureOf(
      keepArtifacts(sandbox, artifacts, bound).then((kept) => {
        record.kept = kept;
      }),
    );
    const failure = unsolved ?? unkept;
    const end = signal.aborted ? undefined : await agentsEnd(sandbox, failure?.error);
    if (end) recordEnd(end, record, transcript, setup, sample);
    else if (failure) throw failure.error;
  } catch (error) {
    if (record.kept && setup.scoreOnError)
      record.report = await grade(sample.competitionId, record.kept, artifacts, grading);
    throw error;
  } finally {
    await sandbox?.[Symbol.asyncDispose]();
  }
  if (record.kept) record.report = await grade(sample.competitionId, record.kept, artifacts, grading);
}

async function failureOf(work: Promise<void>): Promise<{ readonly error: unknown } | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** Writes down that the agent ended its sandbox, as a limit that readers of logs know. */
function recordEnd(
  end: AgentsEnd,
  record: AttemptRecord,
  transcript: Transcript,
  { emit }: SampleSetup,
  { competitionId }: PlannedSample,
): void {
  const reason = `${end.deed}: ${end.facts}`;
  record.agentsEnd = end;
  record.kept ??= nothingKept(`nothing can be copied out of the sandbox, which has ended: ${end.facts}`);
  if (record.state) record.state = { ...record.state, limit: { type: "custom", limit: 0, reason } };
  transcript.add({ event: "sample_limit", type: "custom", message: reason, limit: 0 });
  emit({
    type: "warning",
    competitionId,
    message: `The agent ended its sandbox; it is scored on what is there. ${reason}`,
  });
}

interface SolveOptions extends Pick<SolverContext, "sandbox" | "agentUser" | "signal"> {
  readonly setup: SampleSetup;
  readonly record: AttemptRecord;
  readonly transcript: Transcript;
}

async function solve(state: SampleState, { setup, record, transcript, signal, ...where }: SolveOptions): Promise<void> {
  await transcript.span("solvers", "solvers", () =>
    transcript.span(setup.solverName, "solver", () =>
      transcript.span(setup.solverName, "agent", async () => {
        const recorder = recordReact(transcript, setup.modelRemarks);
        const progress = progressReporter(state, record, setup.emit);
        let messages = [...state.messages];
        try {
          const left = await withTimeLimit(setup.limits.timeSeconds, signal, (limited) =>
            setup.solver(state, {
              ...where,
              args: setup.solverArgs,
              model: setup.model,
              generate: setup.generate,
              limits: setup.limits,
              commandTimeoutSeconds: setup.commandTimeoutSeconds,
              signal: limited,
              onEvent: (event) => {
                if (event.type === "message") messages = [...messages.slice(0, event.index), event.message];
                recorder(event);
                progress(event);
              },
            }),
          );
          record.state = left ?? state;
          const { limit } = record.state;
          // The loop ends by itself then; Inspect's events have no type for it.
          if (limit?.type === "context") {
            transcript.add({ event: "sample_limit", type: "custom", message: limit.reason, limit: limit.limit });
          }
        } catch (error) {
          // Whatever ends the agent, the conversation so far belongs in the log.
          record.state = { ...state, messages, ...(ReactError.is(error) && error.partial && reachedBy(error.partial)) };
          if (!LimitReached.is(error)) throw error;
          record.state.limit = error.record;
          transcript.add({
            event: "sample_limit",
            type: error.record.type,
            message: error.record.reason,
            limit: error.record.limit,
          });
        }
      }),
    ),
  );
}

function progressReporter(
  { competitionId, epoch }: SampleState,
  record: AttemptRecord,
  emit: RunEventListener,
): Parameters<Solver>[1]["onEvent"] {
  let count = 0;
  let usage = { input_tokens: 0, output_tokens: 0, total_tokens: 0 };
  const report = (activity: string): void => {
    record.progress = { messages: count, usage };
    emit({ type: "sample-progress", competitionId, epoch, messages: count, usage, activity });
  };
  return (event) => {
    if (event.type === "message") count = event.index + 1;
    if (event.type === "model-start") report("model");
    else if (event.type === "tool-start") report(event.function);
    else if (event.type === "model-end" && event.output) {
      const last = event.output.usage;
      usage = {
        input_tokens: usage.input_tokens + last.input_tokens,
        output_tokens: usage.output_tokens + last.output_tokens,
        total_tokens: usage.total_tokens + last.total_tokens,
      };
      report("model");
    } else if (event.type === "model-retry") report(`waiting ${Math.ceil(event.waitSeconds)} s for the model`);
  };
}

async function grade(
  competitionId: string,
  kept: KeptArtifacts,
  artifacts: string,
  options: BoundedGradingOptions,
): Promise<GradingReport> {
  const path = kept.submissionPath ?? join(artifacts, "submission.csv");
  const report = await gradeBounded(path, competitionId, options);
  if (kept.submissionProblem === undefined) return report;
  return { ...report, submission_exists: kept.submissionTooLarge === true, reason: kept.submissionProblem };
}

function hidePath(answer: ValidationResult, path: string): ValidationResult {
  return answer.valid ? answer : { ...answer, reason: answer.reason.replaceAll(path, "submission.csv") };
}

/**
 * Runs work under a signal that is aborted with a LimitReached after so many seconds, so that a solver which does not
 * look at limits itself ends all the same.
 * @param timeSeconds undefined for no limit.
 */
async function withTimeLimit<T>(
  timeSeconds: number | undefined,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (timeSeconds === undefined) return work(signal);
  using limit = startDeadline(timeSeconds * 1000, () => timeLimitReached(timeSeconds));
  const both = AbortSignal.any([signal, limit.signal]);
  const gaveUp = new Promise<never>((_, reject) => {
    both.addEventListener("abort", () => {
      startTimer(GRACE_MILLISECONDS, () => reject(both.reason), { unref: true });
    });
  });
  return await Promise.race([work(both), gaveUp]);
}
