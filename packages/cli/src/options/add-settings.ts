import type { CommandUnknownOpts as Command } from "@commander-js/extra-typings";
import { rowsOf, SETTING_GROUPS, type Setting } from "@mlebench/runner/settings";
import { type OptionMaker, settingOptions } from "./make-option.js";

/** Adds the settings of a command to it, in the groups of the table. */
export function addSettings(command: Command, make: OptionMaker, table?: Readonly<Record<string, Setting>>): Command {
  for (const row of settingsOfCommand(command, table)) {
    for (const option of settingOptions(make, row)) {
      command.addOption(option.helpGroup(`${SETTING_GROUPS[row.group]}:`));
    }
  }
  return command;
}

/** The rows that a command has, in the order of their groups. */
export function settingsOfCommand(command: Command, table?: Readonly<Record<string, Setting>>) {
  const rows = rowsOf(table).filter(({ commands }) => commands?.some((name) => name === command.name()) ?? true);
  return Object.keys(SETTING_GROUPS).flatMap((group) => rows.filter((row) => row.group === group));
}
