import { stat } from "node:fs/promises";
import { messageOf } from "@mlebench/base";
import { type Mount, type Sandbox, SandboxStartError } from "@mlebench/sandbox-compose";
import { listFiles } from "./list-files.js";
import { sendTar } from "./send-tar.js";

/** Copies the folder of a bind into the volume that stands for it, not to be written by anybody but root. */
export async function copyIn(sandbox: Sandbox, mount: Mount, signal: AbortSignal | undefined): Promise<void> {
  const { source = "", target } = mount;
  const facts = await stat(source).catch(() => undefined);
  if (facts?.isDirectory() !== true) {
    throw new SandboxStartError(
      `${source} cannot be copied to ${target}: it is ${facts ? "no folder" : "not there"}.`,
      {
        hint: 'Bind the folder that it is in, or use data: "hostPath".',
      },
    );
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
