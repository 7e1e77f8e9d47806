import { UsageError } from "../errors.js";
import { envFileRefusal } from "./env-file-refusal.js";
import { longFlag, openingOf, type Setting, type SettingSource, sourcesOf } from "./setting.js";
import { rowsOf, type SettingValues } from "./setting-values.js";
import { SETTINGS } from "./settings.js";

/** Settings from one place. */
export interface SettingLayer {
  readonly source: SettingSource;
  readonly values: SettingValues;
  /** The place in words, for all or for each of the settings: `flag --epochs`, `run.yaml`. @default the source */
  readonly where?: string | Readonly<Record<string, string>>;
}

/** Where a value came from. */
export interface SettingOrigin {
  readonly source: SettingSource;
  /** For people: `flag --epochs`, `MLEBENCH_EPOCHS`, `run.yaml`, `resumed log`. */
  readonly where: string;
}

/** What several layers say together. */
export interface MergedSettings {
  /** What nobody gave has no property: its default is given where the run is resolved. */
  readonly values: SettingValues;
  readonly origins: Readonly<Partial<Record<string, SettingOrigin>>>;
  readonly warnings: readonly string[];
}

/**
 * Puts layers one over the other, strongest first: each setting has its value from the first layer that gives one, and
 * `key=value` pairs are put together key by key.
 * @throws UsageError for a setting that may not come from where it was given.
 */
export function mergeSettings(
  layers: readonly SettingLayer[],
  table: Readonly<Record<string, Setting>> = SETTINGS,
): MergedSettings {
  const values: Record<string, unknown> = {};
  const origins: Record<string, SettingOrigin> = {};
  const warnings: string[] = [];
  for (const row of rowsOf(table)) {
    const given = layers.flatMap((layer) => {
      const value: unknown = Reflect.get(layer.values, row.name);
      if (value === undefined) return [];
      const where = (typeof layer.where === "object" ? layer.where[row.name] : layer.where) ?? layer.source;
      return [{ value, source: layer.source, where }];
    });
    const allowed = given.filter(({ value, source, where }) => {
      const sources = sourcesOf(row, value);
      if (sources.includes(source)) return true;
      if (source === ".env")
        warnings.push(envFileRefusal(where, openingOf(row, value), `Give it with ${longFlag(row.flag)}.`));
      else if (source !== "resumed log" && source !== "demo") {
        throw new UsageError({
          message: `${longFlag(row.flag)} cannot be set by ${where}.`,
          hint: `It may come from ${sources.join(", ")}.`,
        });
      }
      return false;
    });
    const [strongest] = allowed;
    if (strongest === undefined) continue;
    const isPairs = row.read.kind === "pairs";
    values[row.name] = isPairs ? Object.assign({}, ...allowed.map(({ value }) => value).reverse()) : strongest.value;
    const places = new Set(isPairs ? allowed.map(({ where }) => where) : [strongest.where]);
    origins[row.name] = { source: strongest.source, where: [...places].join(", ") };
  }
  return { values, origins, warnings };
}
