import type { EvalSpec } from "@mlebench/eval-log";
import { recordedModules } from "../plug-in/log-modules.js";
import { settingsFromLog, withoutRedacted } from "../settings/log-settings.js";
import { snakeCase } from "../settings/setting.js";
import { rowsOf, type SettingValues } from "../settings/setting-values.js";
import { checkTaskArgs, MODULE_PARAMETERS } from "./parameters.js";
import type { TaskArgs } from "./parse-task-args.js";

/** Settings that a resumed run does not take from its log. */
const NOT_RESUMED: ReadonlySet<string> = new Set(
  rowsOf().flatMap(({ name, sources }) => (sources?.includes("resumed log") === false ? [name] : [])),
);

/**
 * Everything that a log's spec says of how it was run, by the settings' names: whatever is taken from a log is one of these.
 * @throws UsageError for a task parameter that is unknown.
 */
export function loggedSettings(spec: EvalSpec, logPath: string): SettingValues {
  const { competitions: _, ...taskArgs }: Record<string, unknown> = { ...spec.task_args_passed };
  // The arguments have the names of functions; where they came from stands apart.
  for (const name of MODULE_PARAMETERS) delete taskArgs[snakeCase(name)];
  const { parameters, modules: named } = checkTaskArgs(withoutRedacted(taskArgs) as TaskArgs);
  const { modules, approval, plugIns } = recordedModules(spec, logPath);
  const values = {
    ...settingsFromLog(spec),
    ...parameters,
    ...named,
    ...modules,
    approval,
    plugIns,
    model: spec.model,
  };
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => value !== undefined && !NOT_RESUMED.has(name)),
  );
}
