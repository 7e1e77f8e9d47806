import { readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";

/** A file or folder below the folder that was listed. */
export interface ListedFile {
  /** Below the folder, with `/`. */
  readonly name: string;
  /** Where its content is; links are resolved. */
  readonly path: string;
  readonly kind: "file" | "directory";
  readonly bytes: number;
}

/**
 * Files and folders below a folder, by name. Links are followed as far as they stay inside, for what lies outside (such as
 * the answers beside the public data) was never meant to be copied.
 * @throws RangeError for a link that leads out
 */
export async function listFiles(folder: string): Promise<ListedFile[]> {
  const root = await realpath(folder);
  const found: ListedFile[] = [];
  const visit = async (directory: string, prefix: string, above: readonly string[]): Promise<void> => {
    const names = (await readdir(directory)).sort();
    for (const name of names) {
      const path = await realpath(join(directory, name));
      if (path !== root && !path.startsWith(`${root}${sep}`)) {
        throw new RangeError(`${join(directory, name)} is a link that leads out of ${folder}`);
      }
      const facts = await stat(path);
      const entry = { name: `${prefix}${name}`, path, bytes: facts.size };
      if (facts.isFile()) found.push({ ...entry, kind: "file" });
      else if (facts.isDirectory() && !above.includes(path)) {
        found.push({ ...entry, kind: "directory", bytes: 0 });
        await visit(path, `${prefix}${name}/`, [...above, path]);
      }
    }
  };
  await visit(root, "", [root]);
  return found;
}
