import { defaultText, flagsOf, SETTING_GROUPS, type Setting } from "./setting.js";
import { rowsOf } from "./setting-values.js";
import { SETTINGS } from "./settings.js";

/** The settings as a table in Markdown, in their groups: how each is written, what it does, its default. */
export function optionTable(table: Readonly<Record<string, Setting>> = SETTINGS): string {
  const rows = rowsOf(table);
  const lines = Object.entries(SETTING_GROUPS).flatMap(([group, title]) => [
    [`**${title}**`, "", ""],
    ...rows.filter((row) => row.group === group).map(cellsOf),
  ]);
  const cells = [["option", "what it does", "default"], ...lines].map((line) =>
    line.map((text) => text.replaceAll("|", "\\|")),
  );
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((line) => line[column]!.length)));
  const [head, ...body] = cells.map((line) => `| ${line.map((cell, at) => cell.padEnd(widths[at]!)).join(" | ")} |`);
  return [head, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...body].join("\n");
}

function cellsOf(row: Setting): string[] {
  const flags = flagsOf(row).map((flag) => `\`${flag}\``);
  const help = row.negated ? `${row.help}; or ${row.negated.help}` : row.help;
  const only = row.commands?.length === 1 ? ` (${row.commands[0]})` : "";
  return [flags.join(", "), `${help}${only}`, defaultText(row) ?? ""];
}
