import { camelKeys, parseTaskArgs } from "@mlebench/runner";

/** The values of the options that choose a sandbox provider. */
export interface ProviderChoice {
  readonly sandboxType?: string;
  readonly sandbox?: string;
  readonly sandboxOption?: readonly string[];
}

export function chosenProvider({ sandboxType, sandbox = sandboxType, sandboxOption }: ProviderChoice): {
  readonly sandboxType?: string;
  readonly sandboxOptions?: Record<string, unknown>;
} {
  return {
    ...(sandbox === undefined ? {} : { sandboxType: sandbox }),
    ...(sandboxOption === undefined
      ? {}
      : { sandboxOptions: camelKeys(parseTaskArgs(sandboxOption, "--sandbox-option")) }),
  };
}
