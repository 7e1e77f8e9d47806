import type { ProtocolDefaults } from "./protocol.js";
import type { Reader } from "./readers.js";

/**
 * What a setting is a property of: the run's options or a part of them, the task's parameters, a module that one of the
 * task's functions is loaded from, the set's options, or nothing but the command line.
 */
export type SettingPlace = "run" | "task" | "module" | "generate" | "modelOptions" | "agent" | "set" | "command";

/** Where a value may come from, strongest first. */
export const SETTING_SOURCES = [
  "flag",
  "-T",
  "task-config",
  "run-config",
  "environment",
  ".env",
  "resumed log",
  "demo",
] as const;
/** One of {@link SETTING_SOURCES}. */
export type SettingSource = (typeof SETTING_SOURCES)[number];

/** What a value can give away: code that is run, keys that are sent, this host. */
export type Opening = "code" | "key" | "host";

/** Groups of the help and of the README, in their order. */
export const SETTING_GROUPS = {
  what: "What is run",
  data: "Data",
  sandbox: "Sandbox",
  model: "Model",
  agent: "Agent",
  limits: "Limits",
  errors: "Errors",
  output: "Log and output",
} as const;
/** A key of {@link SETTING_GROUPS}. */
export type SettingGroup = keyof typeof SETTING_GROUPS;

/** A place in a log's spec, and another form that the value has there. */
export interface LogPlace<Value> {
  /** With dots, for example `config.token_limit`. */
  readonly path: string;
  /** The default is written too. @default false */
  readonly always?: boolean;
  write?(value: Value): unknown;
  /** @returns undefined for what is no value */
  read?(logged: unknown): Value | undefined;
}

/** Everything there is to know about one setting. */
export interface Setting<Value = unknown, Place extends SettingPlace = SettingPlace, Flag extends string = string> {
  readonly at: Place;
  readonly group: SettingGroup;
  /** In commander's notation, with a short form where there is one. */
  readonly flag: Flag;
  /** A second name of the same. */
  readonly alias?: string;
  /** `--no-...` beside `flag`, with its own help. */
  readonly negated?: { readonly flag: string; readonly help: string };
  readonly help: string;
  readonly read: Reader<Value>;
  /** The flag's true is the setting's false: `--no-sandbox-cleanup` keeps sandboxes. */
  readonly inverted?: boolean;
  /** What the flag means without its optional value. */
  bare?(): Value;
  readonly default?: Value;
  /** The protocol's value is the default. */
  readonly protocolDefault?: keyof ProtocolDefaults;
  /** The default in words where it is computed. */
  readonly defaultText?: string;
  /** Inspect's variable where it is not `INSPECT_EVAL_<FLAG>`; false for a setting that no variable holds. */
  readonly env?: string | false;
  /** @default that of its place: a task's parameters, generation and agent's options are all logged */
  readonly log?: string | LogPlace<Value>;
  /** The part of a run's identity that it belongs to, in words: a log is resumed only with the same. @default its place's */
  readonly identity?: string | false;
  /** Where a value may come from, besides what {@link sourcesOf} rules out. @default all */
  readonly sources?: readonly SettingSource[];
  /** What a value gives away. Such a value is never taken from a `.env` file. */
  readonly opens?: Opening;
  /** Where it depends on the value, instead of `opens`. */
  opensWhen?(value: unknown): Opening | undefined;
  /** What it gives away when it is taken from a log of somebody else, where that is another thing. */
  opensFromLog?(value: unknown): Opening | undefined;
  /** A value other than the protocol's makes a run that is not comparable with it. @default its place's */
  readonly deviation?: boolean;
  /** @default both */
  readonly commands?: readonly ("run" | "eval-set")[];
}

/** What all settings of a place have in common, but for those that say otherwise. */
const OF_PLACE: Readonly<Partial<Record<SettingPlace, Pick<Setting, "identity" | "deviation">>>> = {
  task: { identity: "task parameters" },
  module: { identity: "task parameters", deviation: true },
  generate: { identity: "generation options" },
  agent: { identity: "agent's options", deviation: true },
};

/**
 * A row of the table, with the type of its values taken from its reader.
 * @param at what the setting is a property of.
 * @param flag in commander's notation, with a short form where there is one.
 * @param more everything else of {@link Setting}.
 */
export function setting<Value, const Place extends SettingPlace, const Flag extends string>(
  at: Place,
  group: SettingGroup,
  flag: Flag,
  read: Reader<Value>,
  more: Omit<Setting<Value, Place, Flag>, "at" | "group" | "flag" | "read" | "default" | "bare" | "log"> & {
    readonly default?: NoInfer<Value>;
    bare?(): NoInfer<Value>;
    readonly log?: string | LogPlace<NoInfer<Value>>;
  },
): Setting<Value, Place, Flag> {
  return { at, group, flag, read, ...OF_PLACE[at], ...more };
}

/** What a value of a setting gives away. */
export function openingOf(
  { opens, opensWhen }: Pick<Setting, "opens" | "opensWhen">,
  value: unknown,
): Opening | undefined {
  return opensWhen ? opensWhen(value) : opens;
}

/**
 * Where a value may come from: what opens something is not taken from a `.env` file, which may be a stranger's or an
 * agent's, but from everything that a person names.
 */
export function sourcesOf(
  row: Pick<Setting, "opens" | "opensWhen" | "sources">,
  value: unknown,
): readonly SettingSource[] {
  const { sources = SETTING_SOURCES } = row;
  return openingOf(row, value) === undefined ? sources : sources.filter((source) => source !== ".env");
}

/** What a value of a setting gives away when it is taken from a log of somebody else. */
export function openingFromLog(row: Setting, value: unknown): Opening | undefined {
  return row.opensFromLog ? row.opensFromLog(value) : openingOf(row, value);
}

/** `--max-tool-output` of `--max-tool-output <bytes>`. */
export function longFlag(flag: string): string {
  return /--[\w-]+/.exec(flag)![0];
}

/** The flags of a setting: its own, its second name, and that which denies it. */
export function flagsOf({ flag, alias, negated }: Setting): readonly string[] {
  return [flag, alias, negated?.flag].filter((each) => each !== undefined);
}

/** The variables that a flag's value may stand in, strongest first. */
export function variablesOf(flag: string, inspectName?: string): readonly string[] {
  const name = longFlag(flag).slice(2).replaceAll("-", "_").toUpperCase();
  return [`MLEBENCH_${name}`, inspectName ?? `INSPECT_EVAL_${name}`];
}

/** The default in words; undefined when there is none. */
export function defaultText({
  flag,
  default: value,
  defaultText: words,
  protocolDefault,
}: Setting): string | undefined {
  if (flag.startsWith("--no-")) return undefined;
  if (protocolDefault !== undefined) return words === undefined ? "by protocol" : `${words}, by protocol`;
  return words ?? (value === undefined || value === false ? undefined : String(value));
}

/** `maxMessages` as `max_messages`, the name of a task parameter. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
