import type { Command } from "@commander-js/extra-typings";
import type { optionMaker } from "./make-option.js";
import { repeat } from "./values.js";

/** Which sandbox provider, with which options of its own; under both names of the first. */
export function addProviderOptions<Args extends unknown[], Opts extends Record<string, unknown>>(
  command: Command<Args, Opts>,
  make: ReturnType<typeof optionMaker>,
) {
  return command
    .addOption(make("--sandbox-type <name>", "docker, local, or the path of a provider module (default docker)"))
    .addOption(make("--sandbox <name>", "the same as --sandbox-type; also k8s"))
    .addOption(
      make("--sandbox-option <key=value...>", "option of the sandbox provider; the value is YAML").argParser(repeat),
    );
}
