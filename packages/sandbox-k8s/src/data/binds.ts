import { readdir, stat } from "node:fs/promises";
import { messageOf } from "@mlebench/base";
import { type Mount, type Sandbox, SandboxStartError, type ServiceSpec } from "@mlebench/sandbox-compose";
import type { Settings } from "../options.js";
import { listFiles } from "./list-files.js";
import { sendTar } from "./send-tar.js";

/** Copies the folder of a bind into the volume that stands for it, not to be written by anybody but root. */
export async function copyIn(sandbox: Sandbox, mount: Mount, signal: AbortSignal | undefined): Promise<void> {
  const { source = "", target } = mount;
  const facts = await stat(source).catch(() => undefined);
  if (facts?.isDirectory() !== true) {
    const what = facts ? "no folder" : "not there";
    throw new SandboxStartError(`${source} cannot be copied to ${target}: it is ${what}.`, {
      hint: 'Bind the folder that it is in, or use data: "hostPath".',
    });
  }
  const user = sandbox.capabilities.users ? "0:0" : undefined;
  const files = await listFiles(source).catch((error: unknown) => {
    throw new SandboxStartError(`${messageOf(error)}.`, {
      hint: "Put a copy of the file in its place; a bind mount would not follow such a link either.",
      cause: error,
    });
  });
  await sendTar(sandbox, files, target, { user, signal });
  await sandbox.exec(["chmod", "go-w", target], { user, signal });
}

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
  const user = sandbox.capabilities.users ? "0:0" : undefined;
  for (const { type, source = "", target, read_only: readOnly } of service.volumes ?? []) {
    if (type !== "bind" || readOnly === false) continue;
    const list = ["/bin/sh", "-c", 'ls -A "$1" | head -n 1', "sh", target];
    const { stdout, exitCode } = await sandbox.exec(list, { user, signal });
    if (exitCode !== 0 || stdout !== "") continue;
    const own = await readdir(source).catch(() => undefined);
    if (own?.length === 0) continue;
    const { claim, root } = data;
    throw new SandboxStartError(`The claim ${claim} holds nothing for ${source}, as seen from its root ${root}.`, {
      hint: "Fill it with `mlebench data push`, or correct the root in the option data.",
    });
  }
}
