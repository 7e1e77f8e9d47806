import { readEvalLog } from "@mlebench/eval-log";
import { recordedModules } from "../plug-in/log-modules.js";
import type { RunDefaults } from "../run/run-options.js";
import { settingsFromLog, withoutRedacted } from "../settings/log-settings.js";
import { list } from "../settings/readers.js";
import { snakeCase } from "../settings/setting.js";
import { rowsOf, type SettingValues, valuesAt } from "../settings/setting-values.js";
import { MODULE_PARAMETERS } from "../task/parameters.js";

/** Settings that a resumed run does not take from its log. */
const NOT_RESUMED: ReadonlySet<string> = new Set(
  rowsOf().flatMap(({ name, sources }) => (sources?.includes("resumed log") === false ? [name] : [])),
);

/**
 * What a log says of how it was run, so that resuming it needs nothing but its path.
 * @throws EvalLogError when it cannot be read.
 */
export async function resumeDefaults(logPath: string): Promise<RunDefaults> {
  const { eval: spec } = await readEvalLog(logPath, { header: true });
  const { competitions, ...taskArgs }: Record<string, unknown> = { ...spec.task_args_passed };
  // The arguments have the names of functions; where they came from stands apart.
  for (const name of MODULE_PARAMETERS) delete taskArgs[snakeCase(name)];
  const { modules, approval } = recordedModules(spec, logPath);
  for (const [name, path] of Object.entries(modules)) taskArgs[snakeCase(name)] = path;
  const settings: SettingValues = Object.fromEntries(
    Object.entries({ ...settingsFromLog(spec), approval }).filter(([name]) => !NOT_RESUMED.has(name)),
  );
  const agent = valuesAt("agent", settings);
  return {
    taskName: spec.task,
    taskArgs: withoutRedacted(taskArgs) as typeof taskArgs,
    competitions: list.isValue(competitions) ? competitions : undefined,
    model: spec.model,
    run: {
      resumeLog: logPath,
      ...valuesAt("run", settings),
      modelOptions: valuesAt("modelOptions", settings),
      generate: valuesAt("generate", settings),
      ...(Object.keys(agent).length > 0 && { agent }),
    },
  };
}
