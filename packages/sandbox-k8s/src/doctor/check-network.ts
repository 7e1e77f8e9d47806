import { messageOf } from "@mlebench/base";
import { type ProviderCheck, SandboxError } from "@mlebench/sandbox-compose";
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
    return { name, state: "missing", facts: messageOf(error), fix: SandboxError.is(error) ? error.hint : undefined };
  }
}
