import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { type Checksums, fileChecksums } from "../download/checksums.js";
import { crc32c } from "../download/crc32c.js";

/** Content to serve: bytes, text, or a file on disk. */
export type ServedContent = Uint8Array | string | { readonly path: string };

/** Something in the storage, with the properties that Google's storage tells about it. */
export class ServedObject {
  readonly bytes: number;
  readonly lastModified: string;
  readonly #content: Uint8Array | { readonly path: string };
  #generation = 1;
  #checksums: Promise<Checksums> | undefined;

  constructor(content: ServedContent) {
    this.#content = typeof content === "string" ? Buffer.from(content) : content;
    if (this.#content instanceof Uint8Array) {
      this.bytes = this.#content.length;
      this.lastModified = new Date("2020-02-20T20:20:20Z").toUTCString();
    } else {
      const { size, mtime } = statSync(this.#content.path);
      this.bytes = size;
      this.lastModified = mtime.toUTCString();
    }
  }

  async checksums(): Promise<Checksums> {
    this.#checksums ??= this.#computeChecksums();
    return this.#checksums;
  }

  async etag(): Promise<string> {
    return `"${(await this.checksums()).md5}-${this.#generation}"`;
  }

  retag(): void {
    this.#generation += 1;
  }

  /** The bytes from `start`, in pieces. */
  async *read(start: number, end: number): AsyncGenerator<Uint8Array, void, void> {
    const content = this.#content;
    if (!(content instanceof Uint8Array)) {
      if (end > start) yield* createReadStream(content.path, { start, end: end - 1 });
      return;
    }
    for (let at = start; at < end; at += 16_384) yield content.subarray(at, Math.min(end, at + 16_384));
  }

  async #computeChecksums(): Promise<Checksums> {
    const content = this.#content;
    if (!(content instanceof Uint8Array)) return fileChecksums(content.path, ["md5", "crc32c"], { bytes: this.bytes });
    return {
      md5: createHash("md5").update(content).digest("hex"),
      crc32c: crc32c(content).toString(16).padStart(8, "0"),
    };
  }
}
