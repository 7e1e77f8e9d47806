import type { Command } from "@commander-js/extra-typings";
import { SETTINGS } from "@mlebench/runner/settings";
import { type OptionMaker, settingOption } from "./make-option.js";

/** Which sandbox provider, with which options of its own; under both names of the first. */
export function addProviderOptions<Args extends unknown[], Opts extends Record<string, unknown>>(
  command: Command<Args, Opts>,
  make: OptionMaker,
) {
  return command
    .addOption(settingOption(make, SETTINGS.sandboxType))
    .addOption(make("--sandbox-type <name>", "the same"))
    .addOption(settingOption(make, SETTINGS.sandboxOptions));
}
