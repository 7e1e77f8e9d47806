import { nearestNames } from "@mlebench/base";
import {
  checkTaskArgs,
  type EvalSetOptions,
  loadApprovers,
  loadModule,
  loadPlugIn,
  loadScorers,
  type MleBenchParams,
  type RunDefaults,
  type RunEvalOptions,
  readPrices,
  TASKS,
  type Task,
} from "@mlebench/runner";
import { type MergedSettings, type SettingLayer, type SettingValues, valuesAt } from "@mlebench/runner/settings";
import { humanApprover } from "../approval/human-approver.js";
import { CliUsageError } from "../errors.js";

const NO_MODEL_HINT =
  "Give one with --model provider/model, or set MLEBENCH_MODEL or INSPECT_EVAL_MODEL. `mlebench run --demo` needs none.";

/**
 * Makes the runner's options of the settings of `mlebench run`.
 * @param taskName the task, `mle_bench` when left out.
 */
export async function toRunEvalOptions(
  taskName: string | undefined,
  settings: MergedSettings,
): Promise<RunEvalOptions> {
  const { makeTask, shared } = await openSettings(settings);
  const task = await makeTask(taskName ?? "mle_bench");
  const { model } = settings.values;
  if (model === undefined) throw new CliUsageError("No model was given.", NO_MODEL_HINT);
  if (/,[^,/]+\//.test(model)) {
    throw new CliUsageError(
      `A run has one model, not ${model}.`,
      "`mlebench eval-set --model A,B --log-dir DIR` runs several, one log each.",
    );
  }
  return { ...shared, task, model };
}

/** Makes the runner's options of the settings of `mlebench eval-set`: what its runs share is made once. */
export async function toEvalSetOptions(
  taskNames: readonly string[],
  settings: MergedSettings,
): Promise<EvalSetOptions> {
  const { models, logDir } = settings.values;
  if (logDir === undefined) {
    throw new CliUsageError(
      "eval-set needs a log folder of its own.",
      "Give one with --log-dir DIR; call it again to continue there.",
    );
  }
  const names = taskNames.flatMap((name) => name.split(",")).filter((name) => name !== "");
  const { makeTask, shared } = await openSettings(settings);
  const tasks: Task[] = [];
  for (const name of names.length > 0 ? names : ["mle_bench"]) tasks.push(await makeTask(name));
  if (models === undefined) throw new CliUsageError("No model was given.", NO_MODEL_HINT);
  return { ...shared, ...valuesAt("set", settings.values), tasks, models, logDir };
}

/** What the demo or a resumed log brings along, weaker than anything given. */
export function defaultsLayer(source: "demo" | "resumed log", defaults: RunDefaults): SettingLayer {
  const { competitions, model, run = {}, taskArgs = {} } = defaults;
  const { parameters, modules } = checkTaskArgs(taskArgs);
  const { modelOptions, generate, agent, ...own } = run;
  const values: SettingValues = {
    ...parameters,
    ...modules,
    ...valuesAt("modelOptions", modelOptions),
    ...valuesAt("generate", generate),
    ...valuesAt("agent", agent),
    ...valuesAt("run", own),
    competitions,
    model,
  };
  return { source, values };
}

/** What runs of the same settings share; variables are set, plug-ins and modules loaded. */
async function openSettings({ values, origins }: MergedSettings): Promise<{
  readonly makeTask: (name: string) => Promise<Task>;
  readonly shared: Omit<RunEvalOptions, "task" | "model">;
}> {
  // For keys and addresses of models and services, before anything reads them.
  Object.assign(process.env, values.env);
  for (const path of values.plugIns ?? []) await loadPlugIn(path);
  const { split, competitions } = origins;
  const isDefault = competitions?.source === "resumed log" || competitions?.source === "demo";
  if (competitions && !isDefault && (split?.source === "flag" || split?.source === "-T")) {
    throw new CliUsageError("Both --competition and --split were given.", "Use one of them.");
  }
  // A split that is given now wins over the competitions of a log.
  const hasCompetitions = competitions && !(isDefault && split && split.source !== competitions.source);
  const { solver, scorer, sandboxConfig } = valuesAt("module", values);
  const modules = Object.entries({ solver, scorer, sandboxConfig }).filter(([, path]) => path);
  const params: MleBenchParams = {
    ...valuesAt("task", values),
    ...(hasCompetitions && { competitions: values.competitions }),
    ...(solver && { solver: await loadModule("solver", solver) }),
    ...(scorer && { scorer: onlyOrAll(await loadScorers(scorer)) }),
    ...(sandboxConfig && { sandboxConfig: await loadModule("sandboxConfig", sandboxConfig) }),
  };
  const { approval, prices } = values;
  const agent = {
    ...valuesAt("agent", values),
    ...(approval !== undefined && { approvers: await loadApprovers(approval, { human: humanApprover() }) }),
  };
  return {
    makeTask: (name) => TASKS[resolveTaskName(name)]!(params),
    shared: {
      ...valuesAt("run", values),
      ...(modules.length > 0 && { modules: Object.fromEntries(modules) }),
      ...(Object.keys(agent).length > 0 && { agent }),
      modelOptions: {
        ...valuesAt("modelOptions", values),
        ...(prices !== undefined && { prices: await readPrices(prices) }),
      },
      generate: valuesAt("generate", values),
    },
  };
}

/** One is no list, in the log's arguments too. */
function onlyOrAll<Item>(items: readonly Item[]): Item | readonly Item[] {
  return items.length === 1 ? items[0]! : items;
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
