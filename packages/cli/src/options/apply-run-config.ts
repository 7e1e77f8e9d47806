import type { CommandUnknownOpts as Command, Option } from "@commander-js/extra-typings";
import { nearestNames } from "@mlebench/base";
import { readTaskConfig } from "@mlebench/runner";
import { CliUsageError } from "../errors.js";
import { list } from "./values.js";

/** Options that hold `key=value` pairs; in a file they are a mapping. Weaker sources fill in what stronger ones leave. */
const PAIR_OPTIONS = new Set(["taskArg", "modelArg", "solverArg", "env", "sandboxOption", "metadata"]);

/**
 * Sets the options that a `--run-config` file names: weaker than the command line, stronger than the environment. Keys
 * are the options' names with dashes or underscores.
 * @throws CliUsageError naming a key that is no option of the command, or a value that does not fit.
 */
export async function applyRunConfig(command: Command): Promise<void> {
  const pairs = new PairLayers(command);
  const path: unknown = command.opts()["runConfig"];
  if (typeof path === "string") await applyFile(command, path, pairs);
  pairs.apply();
}

async function applyFile(command: Command, path: string, pairs: PairLayers): Promise<void> {
  for (const [key, value] of Object.entries(await readTaskConfig(path, "run config"))) {
    const name = key.replaceAll("_", "-");
    const option =
      command.options.find((each) => each.long === `--${name}` && !each.negate) ?? findNegated(command, name);
    if (option === undefined || option.attributeName() === "runConfig") throw unknownKey(command, path, key);
    const attribute = option.attributeName();
    if (PAIR_OPTIONS.has(attribute)) {
      pairs.setConfig(attribute, readValue(option, value, `${key} in ${path}`));
      continue;
    }
    if (command.getOptionValueSource(attribute) === "cli") continue;
    command.setOptionValueWithSource(attribute, readValue(option, value, `${key} in ${path}`), "config");
  }
}

/** The pairs of the command line, the run config and the environment, kept apart until they are put one over the other. */
class PairLayers {
  readonly #command: Command;
  readonly #config = new Map<string, string[]>();

  constructor(command: Command) {
    this.#command = command;
  }

  setConfig(attribute: string, value: unknown): void {
    this.#config.set(attribute, asPairs(value));
  }

  /** Of two pairs with one key the later one counts, so the weaker ones come first. */
  apply(): void {
    for (const option of this.#command.options) {
      const attribute = option.attributeName();
      if (!PAIR_OPTIONS.has(attribute)) continue;
      const isGiven = this.#command.getOptionValueSource(attribute) === "cli";
      const cli = isGiven ? asPairs(this.#command.getOptionValue(attribute)) : [];
      const config = this.#config.get(attribute) ?? [];
      const variable = option.envVar === undefined ? undefined : process.env[option.envVar];
      const env = variable ? pairsOfVariable(variable) : [];
      if (cli.length + config.length + env.length === 0) continue;
      // Task parameters have further sources between these three; see taskArguments.
      this.#command.setOptionValueWithSource(`${attribute}Layers`, { cli, config, env }, "config");
      this.#command.setOptionValueWithSource(attribute, [...env, ...config, ...cli], isGiven ? "cli" : "config");
    }
  }
}

/** `a=1 b=2` as Inspect takes it; a text in which a value has blanks is one pair. */
function pairsOfVariable(text: string): string[] {
  const words = text.trim().split(/\s+/);
  return words.every((word) => /^[\w-]+=/.test(word)) ? words : [text];
}

function asPairs(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

/** `score: false` for `--no-score`. */
function findNegated(command: Command, name: string): Option | undefined {
  return command.options.find((each) => each.long === `--no-${name}`);
}

function readValue(option: Option, value: unknown, where: string): unknown {
  if (typeof value === "boolean" && (option.isBoolean() || option.negate || option.optional)) return value;
  if (option.isBoolean() || option.negate) throw new CliUsageError(`${where} must be true or false.`);
  if (value === null) throw new CliUsageError(`${where} has no value.`);
  if (typeof value === "object" && !Array.isArray(value) && !PAIR_OPTIONS.has(option.attributeName())) return value;
  const words = wordsOf(value);
  const { parseArg } = option;
  if (words.length > 1 && !option.variadic && parseArg !== list)
    throw new CliUsageError(`${where} has ${words.length} values.`, "It takes one.");
  if (parseArg === undefined) return words.length === 1 ? words[0] : words;
  try {
    return words.reduce<unknown>((before, word) => parseArg(word, before), undefined);
  } catch (error) {
    throw new CliUsageError(`${where} is wrong: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function wordsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== "object" || value === null) return [String(value)];
  return Object.entries(value).map(([key, item]) => `${key}=${JSON.stringify(item)}`);
}

function unknownKey(command: Command, path: string, key: string): CliUsageError {
  const names = command.options.flatMap(({ long }) => (long ? [long.replace(/^--/, "")] : []));
  const near = nearestNames(key.replaceAll("_", "-"), names);
  return new CliUsageError(
    `"${key}" in ${path} is no option of \`mlebench ${command.name()}\`.`,
    near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "Keys are the command's options without the dashes.",
  );
}
