import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type Sandbox, SandboxFileError, SandboxUnavailableError } from "@mlebench/sandbox-compose";
import { type ListedFile, listFiles } from "./list-files.js";
import { RemoteFolder } from "./remote-folder.js";
import { sendTar } from "./send-tar.js";

/** A file that is wrong after so many copies is not going to be right. */
const ROUNDS = 4;

/** How far a push is. */
export type PushProgress =
  | { readonly type: "push-start"; readonly target: string; readonly files: number; readonly bytes: number }
  | { readonly type: "push-send"; readonly target: string; readonly files: number; readonly bytes: number }
  | { readonly type: "push-file"; readonly target: string; readonly name: string; readonly bytes: number }
  | { readonly type: "push-verify"; readonly target: string }
  | { readonly type: "push-retry"; readonly target: string; readonly reason: string };

export interface PushFolderOptions {
  readonly source: string;
  /** As reported. */
  readonly target: string;
  /** Absolute, in the sandbox. */
  readonly directory: string;
  readonly onProgress?: (event: PushProgress) => void;
  readonly signal?: AbortSignal;
}

/** What became of one folder. */
export interface PushedFolder {
  readonly target: string;
  readonly files: number;
  readonly bytes: number;
  /** Files that were not there, or differed. */
  readonly sentFiles: number;
  readonly sentBytes: number;
  /** Files that were there and are not on this machine. */
  readonly removedFiles: number;
}

/**
 * Makes a folder in a sandbox equal to one of this machine, by sizes first and by SHA-256 at the end.
 * @throws SandboxFileError when it cannot be made equal
 */
export async function pushFolder(sandbox: Sandbox, options: PushFolderOptions): Promise<PushedFolder> {
  const { source, target, directory, onProgress, signal } = options;
  const listed = await listFiles(source);
  const files = listed.filter(({ kind }) => kind === "file");
  const bytes = sum(files);
  for (const { name } of listed) {
    if (/[\n\\]/.test(name)) throw new RangeError(`${source}/${JSON.stringify(name)} has a name that is not supported`);
  }
  onProgress?.({ type: "push-start", target, files: files.length, bytes });
  const digests = new Map<string, string>();
  const user = sandbox.capabilities.users ? "0:0" : undefined;
  const remote = new RemoteFolder(sandbox, directory, { user, signal });
  const sent = { files: 0, bytes: 0 };
  let removedFiles = 0;
  let reason = "";
  const differing = async (): Promise<ListedFile[]> => {
    const sizes = await remote.sizes();
    const wrong = files.filter(({ name, bytes: size }) => sizes.get(name) !== size);
    const known = new Set(files.map(({ name }) => name));
    const extra = [...sizes.keys()].filter((name) => !known.has(name));
    if (wrong.length > 0 || extra.length > 0) {
      await remote.open();
      await remote.remove([...extra, ...wrong.map(({ name }) => name)]);
      removedFiles += extra.length;
    }
    if (wrong.length > 0) return wrong;
    onProgress?.({ type: "push-verify", target });
    const theirs = await remote.digests();
    const changed: ListedFile[] = [];
    for (const file of files) {
      const own = digests.get(file.name) ?? (await sha256Of(file, signal));
      digests.set(file.name, own);
      if (theirs.get(file.name) !== own) changed.push(file);
    }
    if (changed.length > 0) await remote.open();
    return changed;
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    signal?.throwIfAborted();
    try {
      const wrong = await differing();
      if (wrong.length === 0) {
        await remote.close();
        return { target, files: files.length, bytes, sentFiles: sent.files, sentBytes: sent.bytes, removedFiles };
      }
      onProgress?.({ type: "push-send", target, files: wrong.length, bytes: sum(wrong) });
      const directories = listed.filter(({ kind }) => kind === "directory");
      const onFile = (file: ListedFile, sha256: string) => {
        digests.set(file.name, sha256);
        sent.files += 1;
        sent.bytes += file.bytes;
        onProgress?.({ type: "push-file", target, name: file.name, bytes: file.bytes });
      };
      await sendTar(sandbox, [...directories, ...wrong], remote.openDirectory, { user, signal, onFile });
    } catch (error) {
      signal?.throwIfAborted();
      const isPassing = SandboxUnavailableError.is(error) && error.reason === "daemon";
      if (!isPassing || round === ROUNDS - 1) throw error;
      reason = error.message;
      onProgress?.({ type: "push-retry", target, reason });
    }
  }
  throw new SandboxFileError(
    directory,
    "failed",
    `it is still not equal to ${source} after ${ROUNDS} rounds. ${reason}`,
  );
}

function sum(files: readonly ListedFile[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0);
}

async function sha256Of({ path }: ListedFile, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { signal })) hash.update(chunk);
  return hash.digest("hex");
}
