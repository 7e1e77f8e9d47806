import { camelKeys, parseTaskArgs } from "@mlebench/runner";

/** The values of the options that choose a sandbox provider. */
export interface ProviderChoice {
  readonly sandboxType?: string;
  readonly sandbox?: string;
  readonly sandboxOption?: readonly string[];
}

export function chosenProvider({ sandboxType, sandbox = sandboxType, sandboxOption }: ProviderChoice) {
  return {
    sandboxType: sandbox,
    sandboxOptions: sandboxOption && camelKeys(parseTaskArgs(sandboxOption, "--sandbox-option")),
  };
}
