import { nearestNames } from "@mlebench/base";
import {
  camelKeys,
  checkTaskArgs,
  loadApprovers,
  loadModule,
  loadPlugIn,
  type MleBenchParams,
  parseFailOnError,
  parseTaskArgs,
  type RunDefaults,
  type RunEvalOptions,
  readPrices,
  TASKS,
} from "@mlebench/runner";
import { humanApprover } from "../approval/human-approver.js";
import { CliUsageError } from "../errors.js";
import type { RunOptions } from "../options/run-options.js";
import { type SourceOf, taskArguments } from "./task-arguments.js";

const NO_MODEL_HINT =
  "Give one with --model provider/model, or set MLEBENCH_MODEL or INSPECT_EVAL_MODEL. `mlebench run --demo` needs none.";

/**
 * Makes the runner's options of the command line's.
 * @param defaults what a resumed log or the demo brings along; weaker than anything given.
 */
export async function toRunEvalOptions(
  taskName: string | undefined,
  options: RunOptions,
  { model, sourceOf, defaults }: { model: string | undefined; sourceOf: SourceOf; defaults: RunDefaults },
): Promise<RunEvalOptions> {
  setVariables(options.env ?? []);
  for (const path of options.plugIn ?? []) await loadPlugIn(path);
  const name = resolveTaskName(taskName ?? defaults.taskName ?? "mle_bench");
  const args = await taskArguments(options, sourceOf, defaults.taskArgs ?? {});
  const { parameters, modules } = checkTaskArgs(args);
  const competitions = options.competition ?? (parameters.split === undefined ? defaults.competitions : undefined);
  const isSplitGiven =
    sourceOf("split") === "cli" || parseTaskArgs(options.taskArgLayers?.cli ?? [])["split"] !== undefined;
  if (options.competition && isSplitGiven) {
    throw new CliUsageError("Both --competition and --split were given.", "Use one of them.");
  }
  const chosenModel = model ?? defaults.model;
  if (chosenModel === undefined) throw new CliUsageError("No model was given.", NO_MODEL_HINT);
  if (/,[^,/]+\//.test(chosenModel)) {
    throw new CliUsageError(
      `A run has one model, not ${chosenModel}.`,
      "`mlebench eval-set --model A,B --log-dir DIR` runs several, one log each.",
    );
  }
  const params: MleBenchParams = {
    ...parameters,
    ...(competitions ? { competitions } : {}),
    ...(modules.solver === undefined ? {} : { solver: await loadModule("solver", modules.solver) }),
    ...(modules.scorer === undefined ? {} : { scorer: await loadModule("scorer", modules.scorer) }),
    ...(modules.sandboxConfig === undefined
      ? {}
      : { sandboxConfig: await loadModule("sandboxConfig", modules.sandboxConfig) }),
  };
  return {
    ...defaults.run,
    ...defined({
      limit: options.limit,
      sampleIds: options.sampleId,
      shuffleSeed: options.sampleShuffle === true ? Math.floor(Math.random() * 2 ** 31) : options.sampleShuffle,
      epochsReducer: options.epochsReducer,
      protocol: options.protocol,
      messageLimit: options.messageLimit,
      tokenLimit: options.tokenLimit,
      turnLimit: options.turnLimit,
      timeLimitSeconds: options.timeLimit,
      workingLimitSeconds: options.workingLimit,
      costLimit: options.costLimit,
      commandTimeoutSeconds: options.commandTimeout,
      maxSamples: options.maxSamples,
      maxSandboxes: options.maxSandboxes,
      failOnError: failOnError(options.failOnError, sourceOf("failOnError")),
      continueOnFail: options.continueOnFail,
      retryOnError: options.retryOnError === true ? 1 : options.retryOnError,
      scoreOnError: options.scoreOnError,
      score: options.score === false ? false : undefined,
      keepSandboxes: options.sandboxCleanup === false ? true : undefined,
      gradingTimeoutSeconds: options.gradingTimeout,
      validationTimeoutSeconds: options.validationTimeout,
      gradingMemoryMiB: options.gradingMemory,
      solverArgs: options.solverArg === undefined ? undefined : parseTaskArgs(options.solverArg, "-S"),
      sandboxOptions:
        options.sandboxOption === undefined
          ? undefined
          : camelKeys(parseTaskArgs(options.sandboxOption, "--sandbox-option")),
      rawDir: options.rawDir,
      assetsDir: options.assetsDir,
      obfuscate: options.obfuscate,
      logDir: options.logDir,
      modules: Object.keys(modules).length > 0 ? modules : undefined,
      tags: options.tags,
      metadata: options.metadata === undefined ? undefined : parseTaskArgs(options.metadata, "--metadata"),
    }),
    ...(await agentSettings(options, defaults)),
    task: await TASKS[name]!(params),
    model: chosenModel,
    modelOptions: {
      ...defaults.run?.modelOptions,
      ...defined({
        baseUrl: options.modelBaseUrl,
        args:
          options.modelArg === undefined
            ? undefined
            : { ...defaults.run?.modelOptions?.args, ...parseTaskArgs(options.modelArg, "-M") },
        maxConnections: options.maxConnections,
        maxRetries: options.maxRetries,
        timeoutSeconds: options.timeout,
        attemptTimeoutSeconds: options.attemptTimeout,
        prices: options.prices === undefined ? undefined : await readPrices(options.prices),
      }),
    },
    generate: {
      ...defaults.run?.generate,
      ...defined({
        temperature: options.temperature,
        topP: options.topP,
        topK: options.topK,
        maxTokens: options.maxTokens,
        seed: options.seed,
        stopSequences: options.stopSeqs,
        frequencyPenalty: options.frequencyPenalty,
        presencePenalty: options.presencePenalty,
        reasoningEffort: options.reasoningEffort,
        reasoningTokens: options.reasoningTokens,
        parallelToolCalls: given(options.parallelToolCalls, sourceOf("parallelToolCalls")),
      }),
    },
  };
}

async function agentSettings(
  options: RunOptions,
  defaults: RunDefaults,
): Promise<Pick<RunEvalOptions, "agent" | "approval">> {
  const { approval = defaults.run?.approval } = options;
  const agent = {
    ...defaults.run?.agent,
    ...defined({
      python: options.pythonTool,
      showExitCode: options.showExitCode,
      showOutputOnTimeout: options.showOutputOnTimeout,
      maxToolOutputBytes: options.maxToolOutput,
      maxStalls: options.maxStalls,
      retryRefusals: options.retryRefusals,
      truncation: options.truncation,
      compaction: options.compaction,
      approvers: approval === undefined ? undefined : await loadApprovers(approval, { human: humanApprover() }),
    }),
  };
  return { ...(Object.keys(agent).length > 0 ? { agent } : {}), ...(approval === undefined ? {} : { approval }) };
}

/** Sets what `--env` says: for keys and addresses of models and services, before anything reads them. */
function setVariables(pairs: readonly string[]): void {
  for (const pair of pairs) {
    const [, name, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(pair) ?? [];
    if (name === undefined || value === undefined) {
      throw new CliUsageError(
        "A value of --env is not NAME=value.",
        "For example --env OPENAI_BASE_URL=http://localhost:8000/v1.",
      );
    }
    process.env[name] = value;
  }
}

function resolveTaskName(text: string): string {
  const name = text.replace(/^inspect_evals\//, "").replaceAll("-", "_");
  if (name in TASKS) return name;
  const near = nearestNames(name, Object.keys(TASKS));
  throw new CliUsageError(
    `There is no task "${text}".`,
    near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `The tasks are ${Object.keys(TASKS).join(", ")}.`,
  );
}

function failOnError(value: string | boolean | undefined, source: string | undefined): boolean | number | undefined {
  const wanted = given(value, source);
  return typeof wanted === "string" ? parseFailOnError(wanted) : wanted;
}

/** commander's default for a negatable option is true, which nobody asked for. */
function given<T>(value: T | undefined, source: string | undefined): T | undefined {
  return source === "default" || source === undefined ? undefined : value;
}

function defined<T extends Record<string, unknown>>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}
