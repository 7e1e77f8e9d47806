export { type MergedSettings, mergeSettings, type SettingLayer, type SettingOrigin } from "./merge-settings.js";
export { optionTable } from "./option-table.js";
export { decimal, oneOf, type Reader, wholeNumber } from "./readers.js";
export {
  defaultText,
  flagsOf,
  type LogPlace,
  longFlag,
  type Opening,
  openingOf,
  SETTING_GROUPS,
  type Setting,
  type SettingGroup,
  type SettingPlace,
  type SettingSource,
  setting,
  snakeCase,
  sourcesOf,
  variablesOf,
} from "./setting.js";
export { rowsOf, type SettingName, type SettingsAt, type SettingValues, valuesAt } from "./setting-values.js";
export { SETTINGS } from "./settings.js";
