import type { ProviderCheck } from "@mlebench/sandbox-compose";
import { SandboxError } from "@mlebench/sandbox-compose";
import type { NetworkCheck } from "../network/check.js";
import type { Settings } from "../options.js";

/** Whether pods without network really have none, tried with pods of the image. */
export async function checkNetwork(
  check: NetworkCheck,
  { allowUnenforcedNetworkPolicy }: Settings,
  image: string,
): Promise<ProviderCheck> {
  const name = "Network";
  if (allowUnenforcedNetworkPolicy) {
    return { name, state: "warning", facts: "not tried: the settings accept a cluster that keeps no pod from it" };
  }
  try {
    await check.require({ image }, { runId: "doctor" });
    return { name, state: "ok", facts: "a pod that is denied all reaches nothing (tried)" };
  } catch (error) {
    const facts = error instanceof Error ? error.message : String(error);
    return { name, state: "missing", facts, ...(SandboxError.is(error) ? { fix: error.hint } : {}) };
  }
}
