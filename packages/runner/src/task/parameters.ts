import { nearestNames } from "@mlebench/base";
import { z } from "zod";
import { UsageError } from "../errors.js";
import type { TaskArgs } from "./parse-task-args.js";

/** The Inspect eval's parameters that are plain data, with their names in camelCase. Functions are added by `MleBenchParams`. */
export const TaskParameters = z.strictObject({
  /** A bundled split (`low`, `low.txt`) or the path of a text file with one id a line. @default "spaceship-titanic" */
  split: z.string().min(1).optional(),
  /** Messages of one conversation; null for no limit. @default 30 */
  maxMessages: z.number().int().positive().nullable().optional(),
  /** Repeats of each competition. @default 1 */
  epochs: z.number().int().positive().optional(),
  /** Image of the sandboxes; built from the bundled Dockerfile under this name when it does not exist. */
  dockerImageName: z.string().min(1).nullable().optional(),
  /** Build the image also when it exists. @default false */
  forceRebuild: z.boolean().optional(),
  /** Where prepared competitions are and go. @default the user's cache folder */
  dataDir: z.string().min(1).nullable().optional(),
  /** CPUs of one sandbox. @default 1 */
  cpuOverride: z.number().positive().optional(),
  /** GB of memory of one sandbox. @default no limit but the provider's */
  memOverride: z.number().positive().nullable().optional(),
  /** For example "nvidia". */
  gpuDriver: z.string().min(1).nullable().optional(),
  /** GPUs of one sandbox. */
  gpuCount: z.number().int().positive().nullable().optional(),
  /** Compose keys of the service, merged into the generated ones last. */
  composeOverrides: z.record(z.string(), z.unknown()).nullable().optional(),
  /** Skip the check of Kaggle's rules before anything is downloaded. @default false */
  skipTosCheck: z.boolean().optional(),
  /** A registered sandbox provider or the path of a module that makes one. @default "docker" */
  sandboxType: z.string().min(1).optional(),
});
export type TaskParameters = z.infer<typeof TaskParameters>;

/** Parameters that are functions; on the command line they are the path of a module. */
export const MODULE_PARAMETERS = ["solver", "scorer", "sandboxConfig"] as const;

const NAMES = [...Object.keys(TaskParameters.shape), ...MODULE_PARAMETERS];

/** What `-T` may hold: the parameters, and module paths for those that are functions. */
export interface ParsedTaskArgs {
  readonly parameters: TaskParameters;
  readonly modules: Partial<Record<(typeof MODULE_PARAMETERS)[number], string>>;
}

/**
 * Checks task arguments in snake_case, as `-T` and `--task-config` give them.
 * @throws UsageError naming an unknown key (nearest names in the hint) or a value of the wrong kind.
 */
export function checkTaskArgs(args: TaskArgs): ParsedTaskArgs {
  const parameters: Record<string, unknown> = {};
  const modules: Partial<Record<(typeof MODULE_PARAMETERS)[number], string>> = {};
  for (const [key, value] of Object.entries(args)) {
    const name = camelCase(key);
    if (!NAMES.includes(name)) throw unknownParameter(key);
    const module = MODULE_PARAMETERS.find((each) => each === name);
    if (!module) parameters[name] = value;
    else if (typeof value === "string") modules[module] = value;
    else if (value !== null) throw wrongValue(key, "must be the path of a module, such as ./my-solver.mjs");
  }
  return { parameters: checkParameters(parameters), modules };
}

/** @throws UsageError naming the first parameter with a wrong value. */
export function checkParameters(parameters: Record<string, unknown>): TaskParameters {
  const result = TaskParameters.safeParse(parameters);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  if (issue.code === "unrecognized_keys") throw unknownParameter(String(issue.keys[0]));
  throw wrongValue(snakeCase(String(issue.path[0] ?? "?")), reasonOf(issue));
}

const EXPECTED: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "a text",
  boolean: "true or false",
  record: "a mapping of keys",
  object: "a mapping of keys",
  array: "a list",
};

/** What zod found, in the words of somebody who wrote a value. */
function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "too_small" && issue.origin === "string") return "it is empty";
  if (issue.code === "too_small") return `it must be ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`;
  if (issue.code === "too_big") return `it must be at most ${issue.maximum}`;
  if (issue.code === "invalid_type") return `it must be ${EXPECTED[issue.expected] ?? issue.expected}`;
  return issue.message.replace(/^Invalid input: /, "");
}

export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(name: string): string {
  return name.replace(/[_-]([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function unknownParameter(key: string): UsageError {
  const names = NAMES.map(snakeCase);
  const near = nearestNames(snakeCase(key), names);
  return new UsageError({
    code: "RUNNER_TASK_PARAMETER",
    message: `"${key}" is no task parameter.`,
    hint: near.length > 0 ? `Did you mean ${near.join(", ")}?` : `The parameters are ${names.join(", ")}.`,
  });
}

function wrongValue(key: string, reason: string): UsageError {
  return new UsageError({
    code: "RUNNER_TASK_PARAMETER",
    message: `The task parameter ${key} is wrong: ${reason}.`,
    hint: "`mlebench run --help` says what each of them takes.",
  });
}
