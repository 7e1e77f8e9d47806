import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { z } from "zod";

const State = z.object({
  version: z.literal(1),
  /** Name of the remote object, the same in every run. */
  identity: z.string(),
  etag: z.string().optional(),
  lastModified: z.string().optional(),
  totalBytes: z.number().int().nonnegative().optional(),
  announced: z
    .object({ md5: z.string().optional(), sha256: z.string().optional(), crc32c: z.string().optional() })
    .optional(),
});

/** Which remote object the bytes of a part file belong to. */
export type PartState = Readonly<Omit<z.infer<typeof State>, "version">>;

/**
 * The unfinished file `<path>.part` and beside it `<path>.part.json`, which says whose bytes they are. The state is always
 * written before the first byte it speaks for, and a part without a state is not trusted: so a kill at any moment is safe.
 */
export class PartFile {
  readonly partPath: string;
  readonly statePath: string;

  constructor(readonly path: string) {
    this.partPath = `${path}.part`;
    this.statePath = `${path}.part.json`;
  }

  /** The state and size of what an earlier run left for this object; undefined when there is nothing of use. */
  async load(identity: string): Promise<{ state: PartState; bytes: number } | undefined> {
    try {
      const [text, part] = await Promise.all([readFile(this.statePath, "utf8"), stat(this.partPath)]);
      const state = State.parse(JSON.parse(text));
      return state.identity === identity && part.isFile() ? { state, bytes: part.size } : undefined;
    } catch {
      return undefined;
    }
  }

  /** Starts an empty part for a (perhaps new) object. */
  async begin(state: PartState): Promise<void> {
    // Old bytes go first: bytes must never stand beside a state that is not theirs.
    await rm(this.partPath, { force: true });
    try {
      // Half a state is none, and there are no bytes yet that it could speak for.
      await writeFile(this.statePath, `${JSON.stringify({ version: 1, ...state })}\n`);
    } catch (error) {
      await rm(this.statePath, { force: true });
      throw error;
    }
    await writeFile(this.partPath, "");
  }

  async open(): Promise<FileHandle> {
    return open(this.partPath, "r+");
  }

  /** Forgets everything. */
  async discard(): Promise<void> {
    await rm(this.partPath, { force: true });
    await rm(this.statePath, { force: true });
  }

  /** Makes the part the finished file, on disk before it has its name. */
  async finish(modified: Date | undefined): Promise<void> {
    const handle = await this.open();
    try {
      if (modified !== undefined) await handle.utimes(new Date(), modified);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(this.partPath, this.path);
    await rm(this.statePath, { force: true });
  }
}
