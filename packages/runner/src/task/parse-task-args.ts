import { readFile } from "node:fs/promises";
import { codeOf, messageOf } from "@mlebench/base";
import { parse } from "yaml";
import { UsageError } from "../errors.js";
import { isMapping } from "../settings/readers.js";

/** Values as YAML gives them, keyed by the snake_case name. */
export type TaskArgs = Record<string, unknown>;

/**
 * Reads `key=value` pairs as `-T` takes them: only the first `=` splits, dashes in the key become underscores,
 * the value is YAML (`true`, `3`, `null`, `{"a": 1}`), and a plain text with commas becomes a list.
 * @param option what the pairs were given with, for messages.
 * @throws UsageError when a pair has no key or no `=`, or its value is not YAML.
 */
export function parseTaskArgs(pairs: readonly string[], option = "-T"): TaskArgs {
  const args: TaskArgs = {};
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at < 1) {
      throw new UsageError({
        code: "RUNNER_TASK_ARG",
        message: `"${pair}" is not a key=value pair.`,
        hint: `Write ${option} ${option === "-T" ? "max_messages=50" : "key=value"}, with quotes around values that hold spaces.`,
      });
    }
    args[pair.slice(0, at).trim().replaceAll("-", "_")] = parseValue(pair.slice(at + 1), `${option} ${pair}`);
  }
  return args;
}

/** A mapping in YAML or JSON, undefined for what is none. */
export function parseMapping(text: string): TaskArgs | undefined {
  try {
    const value: unknown = parse(text);
    return isMapping(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads a YAML or JSON file of task arguments, as `--task-config` takes it.
 * @param what the file is called in messages.
 * @throws UsageError when the file can't be read or is not a mapping.
 */
export async function readTaskConfig(path: string, what = "task config"): Promise<TaskArgs> {
  const unusable = (reason: string, cause?: unknown): UsageError =>
    new UsageError({
      code: "RUNNER_TASK_CONFIG",
      message: `The ${what} ${path} ${reason}`,
      hint: "Give a YAML or JSON file with one key per setting, for example `epochs: 3`.",
      cause,
    });
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw unusable(`can't be read: ${whyUnreadable(cause)}.`, cause);
  }
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw unusable(`is not YAML or JSON: ${messageOf(cause).split("\n")[0]}`, cause);
  }
  if (!isMapping(value)) throw unusable("is not a mapping of keys.");
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.replaceAll("-", "_"), item]));
}

function whyUnreadable(error: unknown): string {
  const code = codeOf(error);
  if (code === "ENOENT") return "there is no such file";
  return code === "EISDIR" ? "it is a folder" : messageOf(error);
}

function parseValue(text: string, pair: string): unknown {
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw new UsageError({
      code: "RUNNER_TASK_ARG",
      message: `The value in ${pair} is not YAML.`,
      hint: 'Put quotes around it, for example -T \'compose_overrides={"shm_size": "2gb"}\'.',
      cause,
    });
  }
  if (typeof value === "string" && value.includes(",")) return value.split(",").map((item) => item.trim());
  return value;
}
