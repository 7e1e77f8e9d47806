import type { CommandUnknownOpts as Command, Option } from "@commander-js/extra-typings";
import { checkTaskArgs, readTaskConfig, type TaskArgs } from "@mlebench/runner";
import {
  flagsOf,
  longFlag,
  mergeSettings,
  type Setting,
  type SettingLayer,
  type SettingSource,
  snakeCase,
} from "@mlebench/runner/settings";
import { settingsOfCommand } from "./add-settings.js";
import type { EnvFile } from "./load-env-file.js";
import { readGiven } from "./read-given.js";
import { readRunConfig } from "./read-run-config.js";
import { refuseMixedKeys } from "./refuse-mixed-keys.js";

type Row = Setting & { readonly name: string };

/** A value as it was given, and where. */
interface Given {
  readonly source: SettingSource;
  readonly where: string;
  readonly value: unknown;
}

/** Settings that are pairs of task parameters: they become layers of their own. */
const TASK_ARGS = "taskArgs";

/**
 * What a command was given, strongest first: flags, `-T`, the task config, the generate and solver configs, the run config (its
 * `task_arg` before its own keys), variables (those of `-T` first) and the `.env` file.
 * @param env the environment that the command's options were made with, variables of the file included.
 */
export async function readLayers(
  command: Command,
  {
    env,
    envFile,
    table,
  }: {
    readonly env: NodeJS.ProcessEnv;
    readonly envFile?: EnvFile;
    readonly table?: Readonly<Record<string, Setting>>;
  },
): Promise<SettingLayer[]> {
  const rows = settingsOfCommand(command, table);
  const given = rows.flatMap((row) => givenFor(row, command, env, envFile).map((each) => ({ row, ...each })));
  const layer = (source: SettingSource): Draft => {
    const draft = new Draft(source);
    for (const each of given) if (each.source === source) draft.set(each.row, each.value, each.where);
    return draft;
  };
  const [flags, variables, file] = [layer("flag"), layer("environment"), layer(".env")];
  const { runConfig } = mergeSettings([flags, variables, file], table).values;
  const config = new Draft("run-config");
  if (runConfig !== undefined) {
    for (const { row, value } of await readRunConfig(runConfig, command, rows)) config.set(row, value, runConfig);
  }
  refuseMixedKeys(envFile, [flags, config, variables]);
  const { taskConfig, generateConfig, solverConfig } = mergeSettings([flags, config, variables, file], table).values;
  const files = new Draft("run-config");
  if (generateConfig !== undefined) {
    const named = rows.filter(({ at, opens }) => at === "generate" || (at === "modelOptions" && opens === undefined));
    const found = await readRunConfig(generateConfig, command, named, "generate config");
    for (const { row, value } of found) files.set(row, value, generateConfig);
  }
  if (solverConfig !== undefined) {
    files.values["solverArgs"] = await readTaskConfig(solverConfig, "solver config");
    files.where["solverArgs"] = solverConfig;
  }
  const configured = taskConfig === undefined ? undefined : await readTaskConfig(taskConfig);
  return [
    flags,
    ...taskArgLayer("-T", flags.taskArgs, (key) => `-T ${key}`),
    ...taskArgLayer("task-config", configured, () => taskConfig!),
    ...taskArgLayer("run-config", config.taskArgs, (key) => `task_arg ${key} in ${runConfig}`),
    files,
    config,
    ...taskArgLayer("environment", variables.taskArgs, (key) => `${key} in ${variables.where[TASK_ARGS]}`),
    ...taskArgLayer(".env", file.taskArgs, (key) => `${key} in ${file.where[TASK_ARGS]}`),
    variables,
    file,
  ];
}

class Draft implements SettingLayer {
  readonly values: Record<string, unknown> = {};
  readonly where: Record<string, string> = {};
  /** In snake_case, as `-T` has them. */
  taskArgs: TaskArgs | undefined;

  constructor(readonly source: SettingSource) {}

  set(row: Row, raw: unknown, where: string): void {
    const value = readGiven(row, raw, where);
    this.where[row.name] = where;
    if (row.name === TASK_ARGS) this.taskArgs = value as TaskArgs;
    else this.values[row.name] = value;
  }
}

function taskArgLayer(
  source: SettingSource,
  args: TaskArgs | undefined,
  where: (key: string) => string,
): SettingLayer[] {
  if (args === undefined) return [];
  const { parameters, modules } = checkTaskArgs(args);
  const values: Readonly<Record<string, unknown>> = { ...parameters, ...modules };
  return [
    { source, values, where: Object.fromEntries(Object.keys(values).map((name) => [name, where(snakeCase(name))])) },
  ];
}

/** What commander found for a setting: on the command line, or in a variable. */
function givenFor(row: Row, command: Command, env: NodeJS.ProcessEnv, file: EnvFile | undefined): Given[] {
  const long = flagsOf(row).map(longFlag);
  const options = command.options.filter((option) => long.includes(option.long ?? ""));
  return [...new Set(options.map((option) => option.attributeName()))].flatMap((attribute) => {
    const named = options.filter((option) => option.attributeName() === attribute);
    const source = command.getOptionValueSource(attribute);
    const value: unknown = command.getOptionValue(attribute);
    const given: Given[] = [];
    if (source === "cli") {
      const option = named.find(({ negate }) => negate === (value === false)) ?? named[0]!;
      given.push({ source: "flag", where: `flag ${option.long}`, value });
    }
    const variable = variableOf(named, env);
    if (variable === undefined || (source !== "env" && row.read.kind !== "pairs")) return given;
    const isOfFile = file?.names.has(variable) === true;
    const where = isOfFile ? `${variable} in ${file.path}` : variable;
    const found = row.read.kind === "pairs" ? pairsOfVariable(env[variable]!) : value;
    return [...given, { source: isOfFile ? ".env" : "environment", where, value: found }];
  });
}

function variableOf(options: readonly Option[], env: NodeJS.ProcessEnv): string | undefined {
  return options.map(({ envVar }) => envVar).find((name) => name !== undefined && (env[name] ?? "") !== "");
}

/** `a=1 b=2` as Inspect takes it; a text in which a value has blanks is one pair. */
function pairsOfVariable(text: string): string[] {
  const words = text.trim().split(/\s+/);
  return words.every((word) => /^[\w-]+=/.test(word)) ? words : [text];
}
