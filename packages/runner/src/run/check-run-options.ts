import type { AgentSettings } from "../sample/agent-options.js";
import { checkSettings, type OptionNames, refuseUnknown, settingNames } from "../settings/check-options.js";
import type { RunEvalOptions } from "./run-options.js";

type Model = NonNullable<RunEvalOptions["modelOptions"]>;
type Generation = NonNullable<RunEvalOptions["generate"]>;

const RUN: OptionNames<RunEvalOptions> = {
  ...settingNames("run"),
  task: true,
  model: true,
  modelOptions: true,
  generate: true,
  agent: true,
  maxPreparations: true,
  kaggle: true,
  provider: true,
  modules: true,
  extendLog: true,
  evalSetId: true,
  signal: true,
  onEvent: true,
  env: true,
};
const MODEL: OptionNames<Model> = {
  ...settingNames("modelOptions"),
  apiKey: true,
  generation: true,
  prices: true,
  record: true,
  env: true,
  cwd: true,
  timing: true,
  importPackage: true,
  maxUnreachableRetries: true,
  initialWaitSeconds: true,
  maxWaitSeconds: true,
  jitterSeconds: true,
};
const GENERATION: OptionNames<Generation> = {
  ...settingNames("generate"),
  providerOptions: true,
  extraBody: true,
  headers: true,
};
const AGENT: OptionNames<AgentSettings> = { ...settingNames("agent"), approvers: true };

/**
 * Refuses options of a run that are unknown or of a wrong kind, as a caller from JavaScript may give them.
 * @throws UsageError naming the option.
 */
export function checkRunEvalOptions(options: RunEvalOptions): void {
  refuseUnknown(options, RUN, "runEval");
  checkSettings("run", options, "runEval");
  checkParts(options);
}

/** What `evalSet` has in place of a run's task, model and log: the names of its own. */
export function checkEvalSetOptions<Options extends Omit<RunEvalOptions, "task" | "model" | "resumeLog">>(
  options: Options,
  own: OptionNames<Omit<Options, keyof RunEvalOptions>>,
): void {
  const { task: _task, model: _model, resumeLog: _log, ...shared } = RUN;
  refuseUnknown(options, { ...shared, ...own } as OptionNames<Options>, "evalSet");
  checkSettings("run", options, "evalSet");
  checkSettings("set", options as object, "evalSet");
  checkParts(options);
}

function checkParts({ modelOptions = {}, generate = {}, agent = {} }: Omit<RunEvalOptions, "task" | "model">): void {
  refuseUnknown(modelOptions, MODEL, "modelOptions");
  checkSettings("modelOptions", modelOptions, "modelOptions");
  refuseUnknown(generate, GENERATION, "generate");
  checkSettings("generate", generate, "generate");
  refuseUnknown(agent, AGENT, "agent");
  checkSettings("agent", agent, "agent");
}
