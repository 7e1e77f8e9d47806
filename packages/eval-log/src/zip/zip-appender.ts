import { type FileHandle, link, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { encodeCentralDirectory, encodeLocalHeader, type ZipEntry } from "./zip-format.js";

const COPY_CHUNK_BYTES = 1 << 20;

/** A member ready to be written: its bytes are compressed already. */
export interface ZipMember {
  readonly entry: Omit<ZipEntry, "offset">;
  readonly compressed: Uint8Array;
}

interface Twin {
  readonly handle: FileHandle;
  /** Members of this file end here; what follows is a directory. */
  readonly dataEnd: number;
}

/**
 * Appends members to a zip so that whoever opens the path, at any moment and after any kill, finds a whole zip.
 *
 * A zip is found from its end, so appending in place leaves it unreadable until the new directory is written, and
 * copying it for each append costs the square of its size. Instead two files take turns. The hidden one misses only
 * the members of the last append: those and the new ones are written to it, then a directory, then it is renamed over
 * the path, and the file that was there becomes the hidden one. An append costs what it adds (twice), the disk holds
 * the log twice while it is open. Where hard links are not possible each append copies the file.
 */
export class ZipAppender {
  readonly path: string;
  #entries: Map<string, ZipEntry>;
  #visible: Twin | undefined;
  #spare: Twin | undefined;
  readonly #sparePath: string;
  readonly #linkPath: string;

  private constructor(path: string, entries: Iterable<ZipEntry>, visible: Twin | undefined) {
    this.path = path;
    this.#entries = new Map([...entries].map((entry) => [entry.name, entry]));
    this.#visible = visible;
    // Names that no reader of logs takes for one.
    this.#sparePath = join(dirname(path), `.${basename(path)}.spare`);
    this.#linkPath = join(dirname(path), `.${basename(path)}.link`);
  }

  /** A zip that does not exist yet; the first append makes it appear. */
  static async create(path: string): Promise<ZipAppender> {
    const appender = new ZipAppender(path, [], undefined);
    await appender.#removeLeftovers();
    return appender;
  }

  /** Goes on in a zip that is there; its entries and the end of its members were read before. */
  static async adopt(path: string, entries: Iterable<ZipEntry>, dataEnd: number): Promise<ZipAppender> {
    const appender = new ZipAppender(path, entries, { handle: await open(path, "r+"), dataEnd });
    await appender.#removeLeftovers();
    return appender;
  }

  get names(): ReadonlySet<string> {
    return new Set(this.#entries.keys());
  }

  /** Adds members, replaces those of the same name, and forgets the names in `remove`, all in one visible step. */
  async append(members: readonly ZipMember[], { remove = [] }: { remove?: Iterable<string> } = {}): Promise<void> {
    const entries = new Map(this.#entries);
    for (const name of remove) entries.delete(name);
    const start = this.#visible?.dataEnd ?? 0;
    const chunks: Uint8Array[] = [];
    let dataEnd = start;
    for (const { entry, compressed } of members) {
      const placed: ZipEntry = { ...entry, offset: dataEnd };
      const header = encodeLocalHeader(placed);
      chunks.push(header, compressed);
      dataEnd += header.length + compressed.length;
      entries.delete(entry.name);
      entries.set(entry.name, placed);
    }
    chunks.push(encodeCentralDirectory([...entries.values()], dataEnd));

    const target = this.#spare ?? { handle: await open(this.#sparePath, "w+"), dataEnd: 0 };
    this.#spare = target;
    if (this.#visible) await copyRange(this.#visible.handle, target.handle, target.dataEnd, start);
    const position = await writeAll(target.handle, chunks, start);
    await target.handle.truncate(position);
    await target.handle.datasync();
    await this.#publish({ handle: target.handle, dataEnd });
    this.#entries = entries;
  }

  /** Ends the appending; the zip stays, the hidden file goes. */
  async close(): Promise<void> {
    await this.#visible?.handle.close();
    await this.#spare?.handle.close();
    this.#visible = undefined;
    this.#spare = undefined;
    await this.#removeLeftovers();
  }

  async #publish(next: Twin): Promise<void> {
    const previous = this.#visible;
    const kept = previous ? await this.#keepPrevious(previous) : false;
    await rename(this.#sparePath, this.path);
    this.#visible = next;
    this.#spare = undefined;
    if (!previous) return;
    // From here on the append has happened; without the second name the next one copies, nothing more.
    const renamed = kept && (await succeeds(rename(this.#linkPath, this.#sparePath)));
    if (renamed) this.#spare = previous;
    else await previous.handle.close();
  }

  /** Gives the file at the path a second name; false when the file system has no hard links or the file was swapped. */
  async #keepPrevious(previous: Twin): Promise<boolean> {
    try {
      await rm(this.#linkPath, { force: true });
      await link(this.path, this.#linkPath);
      const [linked, ours] = await Promise.all([stat(this.#linkPath), previous.handle.stat()]);
      if (linked.ino === ours.ino && linked.dev === ours.dev) return true;
      await rm(this.#linkPath, { force: true });
      return false;
    } catch {
      return false;
    }
  }

  async #removeLeftovers(): Promise<void> {
    // A kill between link and rename leaves a second name of the log itself: it is removed, never written to.
    await rm(this.#sparePath, { force: true });
    await rm(this.#linkPath, { force: true });
  }
}

function succeeds(step: Promise<void>): Promise<boolean> {
  return step.then(
    () => true,
    () => false,
  );
}

async function copyRange(from: FileHandle, to: FileHandle, start: number, end: number): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.min(COPY_CHUNK_BYTES, Math.max(end - start, 0)));
  for (let position = start; position < end; ) {
    const { bytesRead } = await from.read(buffer, 0, Math.min(buffer.length, end - position), position);
    if (bytesRead === 0) throw new Error(`The log lost bytes after ${position} while it was being written.`);
    await writeAt(to, buffer.subarray(0, bytesRead), position);
    position += bytesRead;
  }
}

/** Writes pieces one behind the other, small ones together; gives where they end. */
async function writeAll(handle: FileHandle, pieces: readonly Uint8Array[], start: number): Promise<number> {
  let position = start;
  let batch: Uint8Array[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    await writeAt(handle, Buffer.concat(batch), position);
    position += bytes;
    batch = [];
    bytes = 0;
  };
  for (const piece of pieces) {
    batch.push(piece);
    bytes += piece.length;
    if (bytes >= COPY_CHUNK_BYTES) await flush();
  }
  await flush();
  return position;
}

async function writeAt(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
