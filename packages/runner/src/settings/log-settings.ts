import { REDACTED } from "./redacted.js";
import { type LogPlace, type Setting, type SettingPlace, snakeCase } from "./setting.js";
import { rowsOf, type SettingValues } from "./setting-values.js";
import { SETTINGS } from "./settings.js";

type Mapping = Readonly<Record<string, unknown>>;
type Table = Readonly<Record<string, Setting>>;

/** Where a log keeps the settings of a place that do not name another. */
const PATHS: Readonly<Partial<Record<SettingPlace, (name: string) => string>>> = {
  task: (name) => `task_args_passed.${snakeCase(name)}`,
  generate: (name) => `model_generate_config.${snakeCase(name)}`,
  agent: (name) => `metadata.agent.${name}`,
};

/** The part of a log's spec that settings make; its mappings are put together with the rest of the spec. */
export function settingsToLog(values: SettingValues, table: Table = SETTINGS): Record<string, unknown> {
  const spec: Record<string, unknown> = {};
  for (const row of rowsOf(table)) {
    const place = logPlace(row);
    if (place === undefined) continue;
    const value = Reflect.get(values, row.name) ?? (place.always ? row.default : undefined);
    const logged = value === undefined || place.write === undefined ? value : place.write(value);
    if (logged !== undefined) setAt(spec, place.path.split("."), logged);
  }
  return spec;
}

/** The settings that a log keeps, without those that a secret was taken out of: these have to be given again. */
export function settingsFromLog(spec: object, table: Table = SETTINGS): SettingValues {
  const values: Record<string, unknown> = {};
  for (const row of rowsOf(table)) {
    const place = logPlace(row);
    if (place === undefined) continue;
    const logged = getAt(spec, place.path.split("."));
    const value = withoutRedacted(place.read ? place.read(logged) : logged);
    if (value !== undefined && row.read.isValue(value)) values[row.name] = value;
  }
  return values;
}

/**
 * The parts of a run's identity that settings make, by the words for each. A part of several settings is a mapping of
 * their names in the log, one of a single setting is its value.
 */
export function settingsIdentity(spec: object, table: Table = SETTINGS): Record<string, unknown> {
  const rows = rowsOf(table).filter(({ at }) => at !== "task" && at !== "module");
  const parts: Record<string, unknown> = {};
  for (const { identity, ...row } of rows) {
    const place = logPlace(row);
    if (!identity || place === undefined) continue;
    const path = place.path.split(".");
    const logged = getAt(spec, path);
    const isAlone = rows.filter((each) => each.identity === identity).length === 1;
    if (isAlone) parts[identity] = logged ?? (row.read.kind === "pairs" ? {} : null);
    else parts[identity] = { ...(parts[identity] as Mapping), ...(logged !== undefined && { [path.at(-1)!]: logged }) };
  }
  return parts;
}

/** What a secret was taken out of has to be given again: of a mapping the entry, else the whole. */
export function withoutRedacted(value: unknown): unknown {
  const isRedacted = (item: unknown): boolean => JSON.stringify(item ?? null).includes(REDACTED);
  if (!isRedacted(value)) return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value).filter(([, item]) => !isRedacted(item)));
}

function logPlace({ log, at, name }: Setting & { readonly name: string }): LogPlace<unknown> | undefined {
  if (typeof log === "object") return log;
  const path = log ?? PATHS[at]?.(name);
  return path === undefined ? undefined : { path };
}

function getAt(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value ?? undefined;
  return typeof value === "object" && value !== null ? getAt(Reflect.get(value, name), rest) : undefined;
}

function setAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = target;
  for (const name of path.slice(0, -1)) {
    at[name] ??= {};
    at = at[name] as Record<string, unknown>;
  }
  at[path.at(-1)!] = value;
}
