import type { ProviderCheck } from "@mlebench/sandbox-compose";
import { type Cluster, callApi } from "../api/cluster.js";
import type { Settings } from "../options.js";

/** Whether the runtime class that is asked for exists, and which there are. */
export async function checkRuntimeClass({ nodes }: Cluster, { runtimeClassName }: Settings): Promise<ProviderCheck> {
  const name = "Runtime class";
  let known: string[];
  try {
    known = (await callApi(() => nodes.listRuntimeClass())).items.map(({ metadata }) => metadata?.name ?? "");
  } catch {
    return { name, state: "ok", facts: `${runtimeClassName ?? "the nodes' own"}; the account may not list them` };
  }
  const others = known.length === 0 ? "there are no others" : `there are ${known.join(", ")}`;
  if (runtimeClassName === undefined) return { name, state: "ok", facts: `the nodes' own; ${others}` };
  if (known.includes(runtimeClassName)) return { name, state: "ok", facts: runtimeClassName };
  return { name, state: "missing", facts: `${runtimeClassName} does not exist; ${others}`, fix: "Name another one." };
}
