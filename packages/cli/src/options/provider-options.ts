import type { Command } from "@commander-js/extra-typings";
import type { optionMaker } from "./make-option.js";
import { repeat } from "./values.js";

/** Which sandbox provider, with which options of its own; under both names of the first. */
export function addProviderOptions<Args extends unknown[], Opts extends Record<string, unknown>>(
  command: Command<Args, Opts>,
  make: ReturnType<typeof optionMaker>,
) {
  return command
    .addOption(make("--sandbox-type <name>", "docker (default), local, k8s or the path of a provider module"))
    .addOption(make("--sandbox <name>", "the same in short"))
    .addOption(
      make("--sandbox-option <key=value...>", "option of the sandbox provider; the value is YAML").argParser(repeat),
    );
}
