import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { open, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * The temporary name under which a file is written so that it appears whole or not at all. Whoever writes it commits or
 * discards it; the folder is made.
 */
export class DraftFile {
  /** Where the file will be. */
  readonly path: string;
  /** Where it is written until then: beside it, so that the rename is one step. Nobody else has this name. */
  readonly draftPath: string;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.path = path;
    this.draftPath = `${path}.${randomBytes(6).toString("hex")}.part`;
  }

  /** Gives the file its name, in the place of an older one. */
  commit(): void {
    renameSync(this.draftPath, this.path);
  }

  /** Removes what was written; nothing to remove is fine. */
  discard(): void {
    rmSync(this.draftPath, { force: true });
  }
}

/** What {@link writeAtomically} takes. */
export interface WriteAtomicallyOptions {
  /** Permissions of the file, before the umask. @default 0o666 */
  readonly mode?: number;
}

/**
 * Writes a file, at once or piece by piece, so that readers see the old content or the whole new one, never a part: under
 * a temporary name beside it, flushed to disk, then renamed.
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array | AsyncIterable<string | Uint8Array>,
  options: WriteAtomicallyOptions = {},
): Promise<void> {
  const draft = new DraftFile(path);
  try {
    const file = await open(draft.draftPath, "wx", options.mode);
    try {
      await writeFile(file, content);
      await file.sync();
    } finally {
      await file.close();
    }
    draft.commit();
  } catch (error) {
    draft.discard();
    throw error;
  }
}
