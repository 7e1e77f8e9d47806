import type { Reader } from "./readers.js";
import type { Setting, SettingPlace } from "./setting.js";
import { SETTINGS } from "./settings.js";

type Table = typeof SETTINGS;
/** The name of a setting, which is that of the property it becomes. */
export type SettingName = keyof Table;
type NamesAt<Place extends SettingPlace> = {
  [Name in SettingName]: Table[Name]["at"] extends Place ? Name : never;
}[SettingName];
type ValuesOf<Rows> = {
  readonly [Name in keyof Rows]?: Rows[Name] extends { read: Reader<infer Value> } ? Value : never;
};

/** The properties of one part of the options, typed by their rows. */
export type SettingsAt<Place extends SettingPlace> = ValuesOf<Pick<Table, NamesAt<Place>>>;

/** Values of settings by their names. */
export type SettingValues = ValuesOf<Table>;

/** The rows of a table, each with its name. */
export function rowsOf(table: Readonly<Record<string, Setting>> = SETTINGS): (Setting & { readonly name: string })[] {
  return Object.entries(table).map(([name, row]) => ({ ...row, name }));
}

/** The default of a setting that has one value for it in the table. */
export function settingDefault<Name extends SettingName>(name: Name): NonNullable<SettingValues[Name]> {
  const { default: value }: Setting = SETTINGS[name];
  if (value === undefined) throw new TypeError(`The setting ${name} has no default.`);
  return value as NonNullable<SettingValues[Name]>;
}

/** Some settings, with the table's default for what is not given. */
export function withDefaults<Name extends SettingName>(
  values: Pick<SettingValues, Name>,
  names: readonly Name[],
): { readonly [Each in Name]: NonNullable<SettingValues[Each]> } {
  const settled = names.map((name) => [name, values[name] ?? settingDefault(name)]);
  return Object.fromEntries(settled) as { [Each in Name]: NonNullable<SettingValues[Each]> };
}

/** The names of the settings of one place. */
export function namesAt<Place extends SettingPlace>(place: Place): readonly NamesAt<Place>[] {
  return Object.entries(SETTINGS).flatMap(([name, { at }]) => (at === place ? [name as NamesAt<Place>] : []));
}

/** The settings of one place among all, or among the options that it is; what is not given has no property. */
export function valuesAt<Place extends SettingPlace>(
  place: Place,
  values: SettingsAt<Place> = {},
  table: Readonly<Record<string, Setting>> = SETTINGS,
): SettingsAt<Place> {
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => value !== undefined && table[name]?.at === place),
  ) as SettingsAt<Place>;
}
