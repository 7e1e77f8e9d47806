import type { Readable } from "node:stream";
import { extract, type Header } from "tar-stream";
import { SandboxFileError } from "../errors.js";
import type { CopyOutOptions, CopyOutResult } from "../provider.js";
import { HostTree } from "./host-tree.js";

/**
 * Unpacks the tar of one file or folder to the host. Names, types and sizes in it are the sandbox's and not believed:
 * see {@link HostTree}.
 * @param archive its first entry is the file or folder itself.
 * @throws SandboxFileError when that entry is a link or special file
 */
export async function copyFromTar(
  archive: Readable,
  path: string,
  hostPath: string,
  options: CopyOutOptions,
): Promise<CopyOutResult> {
  const tree = new HostTree(hostPath, path, options);
  const entries = extract();
  // A broken connection must end the reading of entries too.
  archive.on("error", (error) => entries.destroy(error));
  // It is told to whoever reads the entries; without a listener it would end the program too.
  entries.on("error", () => undefined);
  const abort = () => entries.destroy(new Error("aborted"));
  options.signal?.addEventListener("abort", abort, { once: true });
  let kind: "file" | "directory" | undefined;
  try {
    await tree.prepare();
    options.signal?.throwIfAborted();
    archive.pipe(entries);
    for await (const entry of entries) {
      const { header } = entry;
      const parts = header.name.replace(/\/+$/, "").split("/");
      const below = parts.slice(1);
      if (kind === undefined) kind = rootKind(path, header);
      await takeEntry(tree, header, below, bytesOf(entry));
      if (tree.full) break;
      entry.resume();
    }
    if (kind === undefined) throw new SandboxFileError(path, "failed", "the engine sent an empty archive");
    return await tree.finish(kind);
  } catch (error) {
    await tree.discard();
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", abort);
    archive.destroy();
    entries.destroy();
  }
}

function rootKind(path: string, header: Header): "file" | "directory" {
  if (header.type === "directory") return "directory";
  if (header.type === "file" || header.type === "contiguous-file") return "file";
  if (header.type === "symlink" || header.type === "link") throw linkRefused(path);
  throw new SandboxFileError(path, "not-a-file", "is a device, socket or pipe");
}

/** The refusal of a path that is, or leads through, a link. */
export function linkRefused(path: string, through?: string): SandboxFileError {
  const facts =
    through === undefined || through === path
      ? "is a link, which is not followed"
      : `leads through the link ${through}, which is not followed`;
  return new SandboxFileError(path, "link", facts);
}

async function takeEntry(
  tree: HostTree,
  header: Header,
  below: readonly string[],
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  switch (header.type) {
    case "directory":
      await tree.directory(below);
      return;
    case "file":
    case "contiguous-file":
      await tree.file(below, header.size, (header.mode & 0o100) !== 0, content);
      return;
    case "link":
      await tree.copyOf(below, header.linkname.split("/").slice(1));
      return;
    case "symlink":
      tree.skip(below, "link");
      return;
    default:
      tree.skip(below, "special");
  }
}

async function* bytesOf(entry: AsyncIterable<unknown>): AsyncIterable<Uint8Array> {
  for await (const chunk of entry) if (chunk instanceof Uint8Array) yield chunk;
}
