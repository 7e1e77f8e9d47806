import { nearestNames } from "@mlebench/base";
import { UsageError } from "../errors.js";
import { type Setting, snakeCase } from "../settings/setting.js";
import { namesAt, type SettingsAt } from "../settings/setting-values.js";
import { SETTINGS } from "../settings/settings.js";
import type { TaskArgs } from "./parse-task-args.js";

/** The Inspect eval's parameters that are plain data, with their names in camelCase. Functions are added by `MleBenchParams`. */
export type TaskParameters = SettingsAt<"task">;

/** Parameters that are functions; on the command line they are the path of a module. */
export const MODULE_PARAMETERS = namesAt("module");

/** The parameters that are plain data or functions, by their names in snake_case. */
const PARAMETERS: ReadonlyMap<string, { readonly name: string; readonly row: Setting }> = new Map(
  [...namesAt("task"), ...MODULE_PARAMETERS].map((name) => [snakeCase(name), { name, row: SETTINGS[name] }]),
);

/** What `-T` may hold: the parameters, and module paths for those that are functions. */
export interface ParsedTaskArgs {
  readonly parameters: TaskParameters;
  readonly modules: SettingsAt<"module">;
}

/**
 * Checks task arguments in snake_case, as `-T` and `--task-config` give them.
 * @throws UsageError naming an unknown key (nearest names in the hint) or a value of the wrong kind.
 */
export function checkTaskArgs(args: TaskArgs): ParsedTaskArgs {
  const parameters: Record<string, unknown> = {};
  const modules: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(args)) {
    const { name, row } = parameterOf(key);
    if (row.at === "task") parameters[name] = value;
    else if (row.read.isValue(value)) modules[name] = value;
    else throw wrongValue(key, moduleExpected(name));
  }
  return { parameters: checkParameters(parameters), modules };
}

/** @throws UsageError naming the first parameter with a wrong value. */
export function checkParameters(parameters: Readonly<Record<string, unknown>>): TaskParameters {
  for (const [name, value] of Object.entries(parameters)) {
    const key = snakeCase(name);
    const { row } = parameterOf(key);
    if (value !== undefined && !row.read.isValue(value)) {
      throw wrongValue(key, row.read.expects.replace("It must", "it must"));
    }
  }
  return { ...parameters };
}

function parameterOf(key: string): { readonly name: string; readonly row: Setting } {
  const found = PARAMETERS.get(key.replaceAll("-", "_"));
  if (found) return found;
  const near = nearestNames(snakeCase(key), PARAMETERS.keys());
  throw new UsageError({
    code: "RUNNER_TASK_PARAMETER",
    message: `Unknown task parameter "${key}".`,
    hint:
      near.length > 0 ? `Did you mean ${near.join(", ")}?` : `The parameters are ${[...PARAMETERS.keys()].join(", ")}.`,
  });
}

function moduleExpected(name: string): string {
  const several = name === "scorer" ? ", or a list of such paths" : "";
  return `it must be the path of a module, such as ./my-${name === "scorer" ? "scorer" : "solver"}.mjs${several}.`;
}

function wrongValue(key: string, reason: string): UsageError {
  return new UsageError({
    code: "RUNNER_TASK_PARAMETER",
    message: `The task parameter ${key} is wrong: ${reason}`,
    hint: "`mlebench run --help` says what each of them takes.",
  });
}
