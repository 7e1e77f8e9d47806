import type { CommandUnknownOpts as Command } from "@commander-js/extra-typings";
import { nearestNames } from "@mlebench/base";
import { readTaskConfig } from "@mlebench/runner";
import { flagsOf, longFlag, type Setting } from "@mlebench/runner/settings";
import { CliUsageError } from "../errors.js";

type Row = Setting & { readonly name: string };

/**
 * The settings that a `--run-config` file, or another one of some settings, names. Keys are the options' names with dashes or underscores.
 * @throws CliUsageError naming a key that is no option of the command, or a value that does not fit.
 */
export async function readRunConfig(
  path: string,
  command: Command,
  rows: readonly Row[],
  what = "run config",
): Promise<readonly { readonly row: Row; readonly value: unknown }[]> {
  const names = new Map(rows.flatMap((row) => flagsOf(row).map((flag) => [keyOf(flag), row] as const)));
  return Object.entries(await readTaskConfig(path, what)).map(([key, value]) => {
    const row = names.get(key.replaceAll("_", "-"));
    if (row === undefined || row.name === "runConfig") throw unknownKey(command, path, key, [...names.keys()]);
    return { row, value: readValue(row, value, `${key} in ${path}`) };
  });
}

/** `sandbox-cleanup` for `--no-sandbox-cleanup`. */
function keyOf(flag: string): string {
  return longFlag(flag).replace(/^--(?:no-)?/, "");
}

function readValue({ read, bare, flag }: Row, value: unknown, where: string): unknown {
  if (value === null) throw new CliUsageError(`${where} has no value.`);
  const isFlag = read.kind === "flag";
  if (typeof value === "boolean" && (isFlag || bare)) return value;
  if (isFlag) throw new CliUsageError(`${where} must be true or false.`);
  if (read.kind === "mapping") return value;
  if (value === "" || (Array.isArray(value) && value.length === 0))
    throw new CliUsageError(`The value of ${longFlag(flag)} is empty.`, `It is ${where}: give one, or leave it out.`);
  const words = wordsOf(value, read.pairValues === "text");
  if (read.kind === "pairs") return words;
  if (words.length > 1 && read.kind !== "words")
    throw new CliUsageError(`${where} has ${words.length} values.`, "It takes one.");
  const values = words.map((word) => read.read(word));
  if (values.includes(undefined)) throw new CliUsageError(`${where} is wrong: ${read.expects}`);
  return read.kind === "words" ? values.flat() : values[0];
}

function wordsOf(value: unknown, asText: boolean): string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== "object" || value === null) return [String(value)];
  return Object.entries(value).map(([key, item]) => `${key}=${asText ? String(item) : JSON.stringify(item)}`);
}

function unknownKey(command: Command, path: string, key: string, names: readonly string[]): CliUsageError {
  const near = nearestNames(key.replaceAll("_", "-"), names);
  return new CliUsageError(
    `"${key}" in ${path} is not an option of \`mlebench ${command.name()}\`.`,
    near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "Keys are the command's options without the dashes.",
  );
}
