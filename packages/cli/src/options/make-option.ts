import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { defaultText, type Reader, type Setting, type SettingPlace, variablesOf } from "@mlebench/runner/settings";
import { CliUsageError } from "../errors.js";

const YES = new Set(["1", "true", "yes", "on"]);
const NO = new Set(["0", "false", "no", "off"]);

/** Makes options that also come from the environment. */
export type OptionMaker = ReturnType<typeof optionMaker>;

/**
 * Makes options that also come from the environment: `MLEBENCH_<OPTION>` first, then Inspect's name.
 * A flag counts as given for 1, true, yes and on; an empty variable counts as not set.
 */
export function optionMaker(env: NodeJS.ProcessEnv) {
  return function option<Flags extends string>(flags: Flags, description: string, inspectName?: string): Option<Flags> {
    const made = new Option(flags, description);
    const names = variablesOf(flags, inspectName);
    const present = names.find((name) => (env[name] ?? "") !== "");
    if (made.isBoolean() || made.negate) {
      if (present !== undefined && isYes(present, env[present]!)) made.env(present);
    } else made.env(present ?? names[0]!);
    return made;
  };
}

/** What commander makes of a setting's texts: pairs and mappings are read later. */
type Parsed<Value, Flag> = Flag extends `${string}=${string}`
  ? readonly string[]
  : NonNullable<Value> extends boolean
    ? undefined
    : NonNullable<Value>;

/** The option of a setting, read by its reader. @param help where a command means something else by it */
export function settingOption<Value, Flag extends string>(
  make: OptionMaker,
  row: Setting<Value, SettingPlace, Flag>,
  help?: string,
): Option<Flag, undefined, undefined, Parsed<Value, Flag>> {
  return oneOption(make, row, row.flag, help ?? describe(row)) as Option<
    Flag,
    undefined,
    undefined,
    Parsed<Value, Flag>
  >;
}

/** All options of a setting: its flag, its second name, and the one that denies it. */
export function settingOptions(make: OptionMaker, row: Setting): Option<string>[] {
  const options = [oneOption(make, row, row.flag, describe(row))];
  if (row.alias !== undefined) options.push(oneOption(make, row, row.alias, "the same"));
  if (row.negated) options.push(oneOption(make, row, row.negated.flag, row.negated.help));
  return options;
}

/** Reads the text of an option as a setting's reader does. */
export function readBy<Value>(reader: Reader<Value>): (text: string, before?: Value) => Value {
  return (text, before) => {
    const value = reader.read(text);
    if (value === undefined) throw new InvalidArgumentError(reader.expects);
    return (reader.kind === "words" ? [before ?? [], value].flat() : value) as Value;
  };
}

function oneOption(make: OptionMaker, row: Setting, flag: string, help: string): Option<string> {
  const option = row.env === false ? new Option(flag, help) : make(flag, help, row.env);
  const { kind } = row.read;
  if (kind === "pairs") option.argParser((text: string, before?: string[]) => [...(before ?? []), text]);
  else if (kind !== "mapping" && !option.isBoolean() && !option.negate) option.argParser(readBy(row.read));
  return option;
}

function describe(row: Setting): string {
  const text = defaultText(row);
  return text === undefined ? row.help : `${row.help} (default ${text})`;
}

function isYes(name: string, value: string): boolean {
  const lower = value.toLowerCase();
  if (YES.has(lower)) return true;
  if (NO.has(lower)) return false;
  throw new CliUsageError(`The environment variable ${name} is "${value}".`, "Set it to true or false.");
}
