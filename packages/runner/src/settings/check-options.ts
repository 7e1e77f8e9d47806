import { nearestNames } from "@mlebench/base";
import { UsageError } from "../errors.js";
import type { Reader } from "./readers.js";
import type { SettingPlace } from "./setting.js";
import { namesAt, type SettingName, type SettingsAt, valuesAt } from "./setting-values.js";
import { SETTINGS } from "./settings.js";

/** Every name that an options object may have; a type that gains a property does not compile without it. */
export type OptionNames<Options> = { readonly [Name in keyof Options]-?: true };

/**
 * Refuses what a caller from JavaScript mistyped, before it is taken for not given.
 * @param what whose options they are, for the message, for example `runEval`.
 * @throws UsageError naming an unknown property, with the nearest known ones.
 */
export function refuseUnknown<Options extends object>(
  options: Options,
  names: OptionNames<Options>,
  what: string,
): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(names, name)) continue;
    const near = nearestNames(name, Object.keys(names));
    throw new UsageError({
      message: `Unknown option "${name}" of ${what}.`,
      hint:
        near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `Its options are ${Object.keys(names).join(", ")}.`,
    });
  }
}

/**
 * Refuses settings of a wrong kind.
 * @param place what the options are: only its settings are looked at.
 * @throws UsageError naming the first one and what it must be.
 */
export function checkSettings<Place extends SettingPlace>(
  place: Place,
  options: SettingsAt<Place> | undefined,
  what: string,
): void {
  for (const [name, value] of Object.entries(valuesAt(place, options))) {
    const { read }: { readonly read: Reader<unknown> } = SETTINGS[name as SettingName];
    if (read.isValue(value)) continue;
    throw new UsageError({
      message: `The option ${name} of ${what} is wrong: ${read.expects.replace("It must", "it must")}`,
      hint: `A ${typeof value} was given.`,
    });
  }
}

/** All settings of one place as {@link OptionNames}, to be spread into them. */
export function settingNames<Place extends SettingPlace>(place: Place): OptionNames<SettingsAt<Place>> {
  return Object.fromEntries(namesAt(place).map((name) => [name, true])) as OptionNames<SettingsAt<Place>>;
}
