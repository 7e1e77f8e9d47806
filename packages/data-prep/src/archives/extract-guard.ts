import { formatBytes } from "@mlebench/base";
import { ArchiveError, type ArchiveErrorReason } from "./archive-error.js";

/** How much an archive may hold. */
export interface ExtractLimits {
  /** Bytes written in all. @default 2 TB, more than any competition has */
  readonly maxBytes?: number;
  /** Entries in all. @default 20,000,000 */
  readonly maxEntries?: number;
  /** Bytes written for each byte of the archive, looked at from 100 MB on. @default 250 from 1 GB on; zeros come to 1000 */
  readonly maxRatio?: number;
}

const DEFAULT_MAX_BYTES = 2e12;
const DEFAULT_MAX_ENTRIES = 20_000_000;
const DEFAULT_MAX_RATIO = 250;
/** Smaller tables of zeros are honest; a limit that was asked for holds earlier. */
const DEFAULT_RATIO_FROM_BYTES = 1_000_000_000;
const ASKED_RATIO_FROM_BYTES = 100_000_000;
/** What file systems take; paths of the system have room for the target folder beside. */
const LONGEST_NAME_BYTES = 255;
const LONGEST_PATH_BYTES = 3000;

/** What an entry claims to be, whatever the format. */
export interface GuardedEntry {
  readonly name: string;
  readonly kind: "file" | "directory" | "link" | "special";
  readonly bytes: number;
}

/** Judges the entries of one archive one after the other, before anything of them is written. */
export class ExtractGuard {
  readonly #archivePath: string;
  readonly #archiveBytes: number;
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  readonly #maxRatio: number;
  readonly #ratioFromBytes: number;
  readonly #kinds = new Map<string, "file" | "directory">();
  #entries = 0;
  #bytes = 0;

  constructor(archivePath: string, archiveBytes: number, limits: ExtractLimits) {
    this.#archivePath = archivePath;
    this.#archiveBytes = archiveBytes;
    this.#maxBytes = limits.maxBytes ?? DEFAULT_MAX_BYTES;
    this.#maxEntries = limits.maxEntries ?? DEFAULT_MAX_ENTRIES;
    this.#maxRatio = limits.maxRatio ?? DEFAULT_MAX_RATIO;
    this.#ratioFromBytes = limits.maxRatio === undefined ? DEFAULT_RATIO_FROM_BYTES : ASKED_RATIO_FROM_BYTES;
  }

  /**
   * Judges one entry and counts it.
   * @returns its path relative to the target folder, without `.` parts and doubled slashes; empty for the folder itself.
   * @throws ArchiveError when it must not be unpacked.
   */
  admit(entry: GuardedEntry): string {
    const { name, kind } = entry;
    this.#entries++;
    if (this.#entries > this.#maxEntries) {
      throw new ArchiveError("limit", this.#archivePath, `it has more than maxEntries = ${this.#maxEntries} entries`);
    }
    if (kind === "link") throw this.#refusal("link", "it holds a link", name);
    if (kind === "special") throw this.#refusal("special-file", "it holds a device, pipe or socket", name);
    const path = this.#safePath(name);
    const earlier = this.#kinds.get(path);
    if (earlier !== undefined && (earlier !== kind || kind === "file")) {
      throw this.#refusal("duplicate", "it holds one name twice", name);
    }
    this.#kinds.set(path, kind);
    this.#requireFolders(path, name);
    this.count(kind === "file" ? entry.bytes : 0);
    return path;
  }

  /** Counts bytes to write that no entry announced (a gz does not say its size). */
  count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes) {
      const limit = `maxBytes = ${this.#maxBytes} (${formatBytes(this.#maxBytes)})`;
      throw new ArchiveError("limit", this.#archivePath, `it unpacks to more than ${limit}`);
    }
    if (this.#bytes > this.#ratioFromBytes && this.#bytes > this.#maxRatio * this.#archiveBytes) {
      const sizes = `${formatBytes(this.#archiveBytes)} unpack to ${formatBytes(this.#bytes)} or more`;
      throw new ArchiveError("limit", this.#archivePath, `${sizes}, above maxRatio = ${this.#maxRatio}`);
    }
  }

  /** Every folder on the way to an entry is one, or the same name would be a file and a folder. */
  #requireFolders(path: string, name: string): void {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const folder = path.slice(0, end);
      const known = this.#kinds.get(folder);
      if (known === "directory") return;
      if (known === "file") {
        throw this.#refusal("duplicate", "it holds one name as a file and as a folder", name);
      }
      this.#kinds.set(folder, "directory");
    }
  }

  #safePath(name: string): string {
    const parts = name.split("/").filter((part) => part !== "" && part !== ".");
    const isWindowsDrive = process.platform === "win32" && /^[a-zA-Z]:|\\/.test(name);
    if (name.startsWith("/") || name.includes("\0") || parts.includes("..") || isWindowsDrive) {
      throw this.#refusal("unsafe-name", "a name leads out of the target folder", name);
    }
    const isTooLong =
      name.length * 3 > LONGEST_NAME_BYTES &&
      (Buffer.byteLength(name) > LONGEST_PATH_BYTES ||
        parts.some((part) => Buffer.byteLength(part) > LONGEST_NAME_BYTES));
    if (isTooLong) throw this.#refusal("unsafe-name", "a name is longer than file systems allow", name);
    return parts.join("/");
  }

  #refusal(reason: ArchiveErrorReason, problem: string, entry: string): ArchiveError {
    return new ArchiveError(reason, this.#archivePath, problem, { entry });
  }
}
