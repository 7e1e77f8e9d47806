import { keyAddresses } from "@mlebench/runner";
import type { SettingLayer } from "@mlebench/runner/settings";
import { CliUsageError } from "../errors.js";
import type { EnvFile } from "./load-env-file.js";

/**
 * Refuses a key that is given now beside an address that a `.env` file chose.
 * @param layers everything but what the file says.
 * @throws CliUsageError
 */
export function refuseMixedKeys(file: EnvFile | undefined, layers: readonly SettingLayer[]): void {
  if (file === undefined) return;
  for (const { values, where } of layers) {
    const place = (name: string): string => (typeof where === "object" ? (where[name] ?? "") : "");
    for (const key of Object.keys(values.env ?? {})) {
      // An address that is given too replaces the file's.
      const [address] = keyAddresses(file.names, key).filter(
        (name) => !layers.some((layer) => layer.values.env?.[name]),
      );
      if (address !== undefined) throw mixed(`${key} of ${place("env")}`, address, file);
    }
    const [address] = keyAddresses(file.names);
    const hasHeaders = Object.keys(values.args ?? {}).some((name) => /header|key|token|auth|secret|query/i.test(name));
    if (hasHeaders && address !== undefined) throw mixed(place("args"), address, file);
  }
}

function mixed(what: string, address: string, { path }: EnvFile): CliUsageError {
  return new CliUsageError(
    `${what} would be sent to the address that ${address} in ${path} names.`,
    `Give the address in the same place (--env ${address}=...), or take it out of the file.`,
  );
}
