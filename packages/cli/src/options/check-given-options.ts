import type { CommandUnknownOpts as Command } from "@commander-js/extra-typings";
import { CliUsageError } from "../errors.js";

/** Where a value may come from, the strongest first. */
const SOURCES = ["cli", "config", "env"];

/**
 * Looks at what is given before a command begins: an empty value, as an unset shell variable leaves it, is none, and the
 * two names of the sandbox provider become one.
 * @throws CliUsageError
 */
export function checkGivenOptions(command: Command): void {
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    if (value === "" || (Array.isArray(value) && value.length === 0))
      throw new CliUsageError(
        `The value of --${option.name()} is empty.`,
        "Give one, or leave the option out. A variable of the shell may be unset.",
      );
  }
  mergeSandboxNames(command);
}

function mergeSandboxNames(command: Command): void {
  const names = ["sandbox", "sandboxType"] as const;
  const [short, long] = names.map((name) => ({
    name,
    value: command.getOptionValue(name) as string | undefined,
    rank: SOURCES.indexOf(command.getOptionValueSource(name) ?? ""),
  }));
  if (short?.value === undefined || long?.value === undefined || short.value === long.value) return;
  if (short.rank === long.rank)
    throw new CliUsageError(`Both --sandbox ${short.value} and --sandbox-type ${long.value} were given.`, "Use one.");
  command.setOptionValue((short.rank < long.rank ? long : short).name, undefined);
}
