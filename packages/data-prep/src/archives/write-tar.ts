import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { create } from "tar";
import { walkFiles } from "../files/walk-files.js";

/**
 * Packs the files below a folder into a plain tar: names relative to the folder, ordered by code point, no folder
 * entries, no owners, one fixed time.
 * @param options.gzip compresses it. @default false
 */
export async function writeTar(
  archivePath: string,
  directory: string,
  options: { readonly gzip?: boolean } = {},
): Promise<void> {
  await mkdir(dirname(archivePath), { recursive: true });
  await rm(archivePath, { force: true });
  const names = Array.from(walkFiles(directory), (entry) => (entry.kind === "file" ? `./${entry.name}` : ""));
  await create(
    {
      file: archivePath,
      cwd: directory,
      gzip: options.gzip ?? false,
      portable: true,
      mtime: new Date(0),
      noDirRecurse: true,
      onWriteEntry: (entry) => {
        entry.path = entry.path.replace(/^\.\//, "");
      },
    },
    names.filter((name) => name !== ""),
  );
}
