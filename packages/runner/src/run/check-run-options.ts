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
  generate: { ...settingNames("generate"), providerOptions: true },
  agent: { ...settingNames("agent"), approvers: true },
};
const { task: _task, model: _model, resumeLog: _log, ...shared } = RUN;
/** The options of a run that several runs can share. */
export const SHARED_OPTIONS = shared;

/**
 * Refuses options of a run that are unknown or of a wrong kind, as a caller from JavaScript may give them.
 * @throws UsageError naming the option.
 */
export function checkRunEvalOptions(options: RunEvalOptions): void {
  refuseUnknown(options, RUN, "runEval");
  checkSharedOptions(options, "runEval");
}

/** The kinds of what is shared by several runs. @throws UsageError naming the option */
export function checkSharedOptions(options: Omit<RunEvalOptions, "task" | "model">, caller: string): void {
  checkSettings("run", options, caller);
  for (const part of PART_NAMES) {
    refuseUnknown(options[part] ?? {}, PARTS[part], part);
    checkSettings(part, options[part], part);
  }
}
