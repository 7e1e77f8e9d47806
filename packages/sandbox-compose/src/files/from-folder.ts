import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, readdir, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "@mlebench/base";
import { SandboxFileError } from "../errors.js";
import type { CopyOutOptions, CopyOutResult } from "../provider.js";
import { linkRefused } from "./from-tar.js";
import { HostTree } from "./host-tree.js";

const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Copies a file or folder that hostile processes may still be changing, never through a link: each part of the path is
 * looked at, and what was opened is compared with what was meant.
 * @param base a folder that is trusted itself.
 * @param parts the way below it.
 * @param shown the path as the sandbox sees it, for errors.
 */
export async function copyFromFolder(
  base: string,
  parts: readonly string[],
  shown: string,
  hostPath: string,
  options: CopyOutOptions,
): Promise<CopyOutResult> {
  const root = await realpath(base);
  let at = root;
  let facts = await lstat(root);
  for (const part of parts) {
    at = join(at, part);
    const next = await lstat(at).catch(() => undefined);
    if (next === undefined) throw new SandboxFileError(shown, "not-found", "there is no such file or folder");
    if (next.isSymbolicLink()) throw linkRefused(shown, at);
    facts = next;
  }
  const kind = kindOf(facts);
  if (kind === "special" || kind === "link") {
    throw new SandboxFileError(shown, "not-a-file", "is a device, socket or pipe");
  }
  const tree = new HostTree(hostPath, shown, options);
  try {
    await tree.prepare();
    await copyEntry(tree, at, [], options.signal);
    return await tree.finish(kind);
  } catch (error) {
    await tree.discard();
    throw error;
  }
}

async function copyEntry(
  tree: HostTree,
  path: string,
  below: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  if (tree.full) return;
  const facts = await lstat(path).catch(() => undefined);
  // Removed meanwhile: as if it had never been met.
  if (facts === undefined) return;
  const kind = kindOf(facts);
  if (kind === "link" || kind === "special") {
    tree.skip(below, kind);
  } else if (kind === "file") {
    await copyFile(tree, path, below);
  } else {
    await tree.directory(below);
    const names = await readdir(path).catch(() => undefined);
    if (names === undefined) tree.skip(below, "unreadable");
    for (const name of (names ?? []).sort()) await copyEntry(tree, join(path, name), [...below, name], signal);
  }
}

async function copyFile(tree: HostTree, path: string, below: readonly string[]): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(path, READ_FLAGS);
  } catch (error) {
    const link = codeOf(error) === "ELOOP";
    if (below.length === 0 && !link) {
      throw new SandboxFileError(path, "permission", "cannot be read", { cause: error });
    }
    tree.skip(below, link ? "link" : "unreadable");
    return;
  }
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) tree.skip(below, "special");
    else if (!(await isStill(handle, path, facts))) tree.skip(below, "link");
    else await tree.file(below, facts.size, (facts.mode & 0o100) !== 0, handle.createReadStream({ autoClose: false }));
  } finally {
    await handle.close();
  }
}

/** Whether the open file is the one at the path, and no folder on the way was swapped for a link. */
async function isStill(handle: FileHandle, path: string, facts: Stats): Promise<boolean> {
  if (process.platform === "linux") {
    return (await readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined)) === path;
  }
  const now = await lstat(path).catch(() => undefined);
  return now?.ino === facts.ino && now.dev === facts.dev && (await realpath(path)) === path;
}

function kindOf(facts: Stats): "file" | "directory" | "link" | "special" {
  if (facts.isFile()) return "file";
  if (facts.isDirectory()) return "directory";
  return facts.isSymbolicLink() ? "link" : "special";
}
