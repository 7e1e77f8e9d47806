import { readdir } from "node:fs/promises";
import { type Mount, type Sandbox, SandboxStartError, type ServiceSpec } from "@mlebench/sandbox-compose";
import type { ClaimedData, Settings } from "../options.js";

/**
 * The kubelet makes a folder that a claim lacks, and an agent would find no data.
 * @throws SandboxStartError for a bind whose folder in the claim is empty, while that on this machine is not
 */
export async function requireClaimed(
  sandbox: Sandbox,
  service: ServiceSpec,
  { data }: Settings,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (typeof data !== "object") return;
  for (const mount of service.volumes ?? []) {
    if (mount.type === "bind" && mount.read_only !== false) await requireContent(sandbox, mount, data, signal);
  }
}

async function requireContent(
  sandbox: Sandbox,
  { source = "", target }: Mount,
  { claim, root }: ClaimedData,
  signal: AbortSignal | undefined,
): Promise<void> {
  const user = sandbox.capabilities.users ? "0:0" : undefined;
  const { stdout, exitCode } = await sandbox.exec(["/bin/sh", "-c", 'ls -A "$1" | head -n 1', "sh", target], {
    user,
    signal,
  });
  if (exitCode !== 0 || stdout !== "") return;
  const own = await readdir(source).catch(() => undefined);
  if (own?.length === 0) return;
  throw new SandboxStartError(`The claim ${claim} holds nothing for ${source}, as seen from its root ${root}.`, {
    hint: "Fill it with `mlebench data push`, or correct the root in the option data.",
  });
}
