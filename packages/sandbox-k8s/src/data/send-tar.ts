import { pipeline } from "node:stream/promises";
import { type Sandbox, SandboxFileError } from "@mlebench/sandbox-compose";
import type { ListedFile } from "./list-files.js";
import { type PackFilesOptions, packFiles } from "./pack-files.js";

const MAX_WORDS = 2000;
const NO_TAR = 127;

export interface SendTarOptions extends PackFilesOptions {
  readonly user: string | undefined;
  readonly signal?: AbortSignal;
}

/**
 * Unpacks files in a folder of a sandbox that exists, over one stream.
 * @throws SandboxFileError with what tar says
 */
export async function sendTar(
  sandbox: Sandbox,
  files: readonly ListedFile[],
  target: string,
  { user, signal, onFile }: SendTarOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const stream = await sandbox.stream(["tar", "-xf", "-", "-C", target], { user, signal });
  let words = "";
  stream.stderr.on("data", (chunk: Buffer) => {
    if (words.length < MAX_WORDS) words += chunk.toString("utf8");
  });
  stream.stdout.resume();
  const archive = packFiles(files, { onFile });
  let failure: unknown;
  const sent = pipeline(archive, stream.stdin).catch((error: unknown) => {
    failure ??= error;
  });
  try {
    // A tar that gave up does not read what is left.
    const ended = stream.exit.then(({ exitCode }) => {
      if (exitCode !== 0) archive.destroy();
      return exitCode;
    });
    await Promise.race([sent, ended]);
    if (failure !== undefined && signal?.aborted !== true) {
      await stream.kill();
      const exitCode = await ended;
      if (exitCode === 0 || words === "") throw failure;
    }
    const exitCode = await ended;
    signal?.throwIfAborted();
    if (exitCode !== 0) {
      const missing = exitCode === NO_TAR ? " (the image needs tar)" : "";
      throw new SandboxFileError(target, "failed", `tar ended with ${exitCode}${missing}: ${words.trim()}`);
    }
  } finally {
    archive.destroy();
    await sent;
  }
}
