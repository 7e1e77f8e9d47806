import type { EvalSetOptions } from "../eval-set/eval-set.js";
import { checkSettings, type OptionNames, refuseUnknown, settingNames } from "../settings/check-options.js";
import type { RunEvalOptions } from "./run-options.js";

const PART_NAMES = ["modelOptions", "generate", "agent"] as const;
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
/** Options that are a part of those of a run. */
const PARTS: { readonly [Part in (typeof PART_NAMES)[number]]: OptionNames<NonNullable<RunEvalOptions[Part]>> } = {
  modelOptions: {
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
  },
  generate: { ...settingNames("generate"), providerOptions: true, extraBody: true, headers: true },
  agent: { ...settingNames("agent"), approvers: true },
};
const { task: _task, model: _model, resumeLog: _log, ...SHARED } = RUN;
const SET: OptionNames<EvalSetOptions> = {
  ...SHARED,
  ...settingNames("set"),
  tasks: true,
  models: true,
  onRound: true,
};

/**
 * Refuses options of a run that are unknown or of a wrong kind, as a caller from JavaScript may give them.
 * @throws UsageError naming the option.
 */
export function checkRunEvalOptions(options: RunEvalOptions): void {
  refuseUnknown(options, RUN, "runEval");
  checkSettings("run", options, "runEval");
  checkParts(options);
}

/** The same of a set. */
export function checkEvalSetOptions(options: EvalSetOptions): void {
  refuseUnknown(options, SET, "evalSet");
  checkSettings("run", options, "evalSet");
  checkSettings("set", options, "evalSet");
  checkParts(options);
}

function checkParts(options: Pick<RunEvalOptions, (typeof PART_NAMES)[number]>): void {
  for (const part of PART_NAMES) {
    refuseUnknown(options[part] ?? {}, PARTS[part], part);
    checkSettings(part, options[part], part);
  }
}
