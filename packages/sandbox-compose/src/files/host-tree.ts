import { randomUUID } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { lstat, mkdir, open, readdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { OutputLimitError, SandboxError } from "../errors.js";
import type { CopyOutOptions, CopyOutResult, SkippedEntry } from "../provider.js";

const DEFAULT_MAX_BYTES = 10 * 2 ** 30;
const DEFAULT_MAX_FILES = 100_000;
const LISTED_SKIPS = 1000;
const NAME_BYTES = 255;

/**
 * Writes what comes out of a sandbox to the host: under a temporary name first, with new files only, never through a link,
 * and with plain permissions whatever the sandbox's were.
 */
export class HostTree {
  readonly #target: string;
  readonly #staging: string;
  readonly #what: string;
  readonly #options: CopyOutOptions;
  readonly #skipped: SkippedEntry[] = [];
  #files = 0;
  #bytes = 0;
  #entries = 0;
  #truncated = false;

  /**
   * @param hostPath where the copy goes; its parent is created.
   * @param what named in errors.
   */
  constructor(hostPath: string, what: string, options: CopyOutOptions) {
    this.#target = resolve(hostPath);
    this.#staging = join(dirname(this.#target), `.copy-${randomUUID()}.part`);
    this.#what = what;
    this.#options = options;
  }

  /** Whether a limit was met and the rest is not wanted. */
  get full(): boolean {
    return this.#truncated;
  }

  /** @param path parts below the copied folder; empty for the folder or file itself */
  async directory(path: readonly string[]): Promise<void> {
    if (!this.#admit(path, 0)) return;
    await mkdir(this.#at(path), { recursive: true, mode: 0o755 });
  }

  /** @param size what the source claims; checked before a byte is written */
  async file(
    path: readonly string[],
    size: number,
    executable: boolean,
    content: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    if (!this.#admit(path, size)) return;
    const to = this.#at(path);
    await mkdir(dirname(to), { recursive: true });
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
    const handle = await open(to, flags, executable ? 0o755 : 0o644);
    let written = 0;
    try {
      for await (const chunk of content) {
        // A file that grows while it is read is cut where it was when it was met.
        const part = chunk.subarray(0, size - written);
        // Holes stay holes: a sparse file must not become a real one here.
        if (!isZero(part)) await handle.write(part, 0, part.length, written);
        written += part.length;
        if (part.length < chunk.length) break;
      }
      await handle.truncate(written);
    } finally {
      await handle.close();
    }
    this.#files += 1;
    this.#bytes += written;
  }

  /** A second name of a file that was copied before; its content is copied again, as links are not made either. */
  async copyOf(path: readonly string[], original: readonly string[]): Promise<void> {
    const from = this.#at(original);
    const facts = original.every(isPlainName) ? await lstat(from).catch(() => undefined) : undefined;
    if (facts?.isFile() !== true) this.skip(path, "link");
    else await this.file(path, facts.size, (facts.mode & 0o100) !== 0, createReadStream(from));
  }

  skip(path: readonly string[], reason: SkippedEntry["reason"]): void {
    if (this.#skipped.length < LISTED_SKIPS) this.#skipped.push({ path: path.join("/"), reason });
  }

  /** Moves the finished copy to its place: a file replaces a file, a folder needs a free or empty place. */
  async finish(kind: "file" | "directory"): Promise<CopyOutResult> {
    const existing = await lstat(this.#target).catch(() => undefined);
    if (existing?.isDirectory() === true) await rmdir(this.#target);
    await rename(this.#staging, this.#target);
    return { kind, files: this.#files, bytes: this.#bytes, skipped: this.#skipped, truncated: this.#truncated };
  }

  /** @throws SandboxError when something is in the way */
  async prepare(): Promise<void> {
    await mkdir(dirname(this.#target), { recursive: true });
    const existing = await lstat(this.#target).catch(() => undefined);
    if (existing?.isDirectory() === true && (await readdir(this.#target)).length > 0) {
      throw new SandboxError({
        code: "COPY_TARGET_NOT_EMPTY",
        message: `${this.#target} is a folder that is not empty; nothing was copied there.`,
        hint: "Name a path that does not exist yet.",
      });
    }
  }

  /** Removes what was copied so far. */
  async discard(): Promise<void> {
    await rm(this.#staging, { recursive: true, force: true });
  }

  #at(path: readonly string[]): string {
    return path.length === 0 ? this.#staging : join(this.#staging, ...path);
  }

  #admit(path: readonly string[], size: number): boolean {
    if (!path.every(isPlainName)) {
      this.skip(path, "name");
      return false;
    }
    const { maxBytes = DEFAULT_MAX_BYTES, maxFiles = DEFAULT_MAX_FILES, onLimit = "error" } = this.#options;
    this.#entries += 1;
    const tooMany = this.#entries > maxFiles;
    if (!tooMany && this.#bytes + size <= maxBytes) return true;
    if (onLimit === "error") {
      if (tooMany) {
        throw new OutputLimitError(`The number of files in ${this.#what}`, maxFiles, {
          hint: "Raise maxFiles.",
          unit: "files and folders",
        });
      }
      throw new OutputLimitError(`${this.#what}${path.length === 0 ? "" : ` (${path.join("/")})`}`, maxBytes, {
        found: this.#bytes + size,
      });
    }
    this.#truncated = true;
    this.skip(path, "limit");
    return false;
  }
}

const ZEROS = Buffer.alloc(65_536);

function isZero(chunk: Uint8Array): boolean {
  for (let at = 0; at < chunk.length; at += ZEROS.length) {
    const part = chunk.subarray(at, at + ZEROS.length);
    if (ZEROS.compare(part, 0, part.length, 0, part.length) !== 0) return false;
  }
  return true;
}

function isPlainName(part: string): boolean {
  return part !== "" && part !== "." && part !== ".." && !/[/\0]/.test(part) && Buffer.byteLength(part) <= NAME_BYTES;
}
