import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { HttpResponse } from "../http/transport.js";
import { crc32c } from "./crc32c.js";

/** The checksums that downloads are compared with. */
export type ChecksumKind = "md5" | "sha256" | "crc32c";

/** Lower-case hexadecimal checksums, as far as known. */
export type Checksums = Readonly<Partial<Record<ChecksumKind, string>>>;

/** The checksums of the whole object that an answer announces: `x-goog-hash`, or `Content-MD5` of a complete answer. */
export function announcedChecksums(response: HttpResponse): Checksums {
  const found: { md5?: string; crc32c?: string } = {};
  // What was stored compressed is hashed compressed, but arrives unpacked.
  const stored = response.header("x-goog-stored-content-encoding");
  if (stored === undefined || stored === "identity") {
    for (const part of (response.header("x-goog-hash") ?? "").split(",")) {
      const [, kind, base64] = /^\s*(md5|crc32c)\s*=\s*([A-Za-z0-9+/]+=*)\s*$/.exec(part) ?? [];
      if (kind === "md5") found.md5 = hex(base64, 16) ?? found.md5;
      if (kind === "crc32c") found.crc32c = hex(base64, 4) ?? found.crc32c;
    }
  }
  // Of a partial answer, Content-MD5 covers the part only.
  if (response.status === 200) found.md5 ??= hex(response.header("content-md5"), 16);
  return found;
}

/** Of several checksums only the strongest is computed, except that all given by the caller are. */
export function checksumsToVerify(given: Checksums, announced: Checksums): Checksums {
  if (given.md5 !== undefined || given.sha256 !== undefined) return { ...given };
  if (announced.md5 !== undefined) return { md5: announced.md5 };
  return announced.crc32c === undefined ? {} : { crc32c: announced.crc32c };
}

/** Which checksums there are. */
export function checksumKinds(checksums: Checksums): ChecksumKind[] {
  return (["md5", "sha256", "crc32c"] as const).filter((kind) => checksums[kind] !== undefined);
}

/** Computes several checksums of bytes that come in order. */
export class Checksummer {
  readonly #hashes = new Map<ChecksumKind, Hash>();
  #crc: number | undefined;
  /** How many bytes were taken in. */
  bytes = 0;

  constructor(readonly kinds: readonly ChecksumKind[]) {
    for (const kind of kinds) {
      if (kind === "crc32c") this.#crc = 0;
      else this.#hashes.set(kind, createHash(kind));
    }
  }

  update(chunk: Uint8Array): void {
    for (const hash of this.#hashes.values()) hash.update(chunk);
    if (this.#crc !== undefined) this.#crc = crc32c(chunk, this.#crc);
    this.bytes += chunk.length;
  }

  /** Takes in the first `bytes` bytes of a file. */
  async updateFromFile(path: string, bytes: number, signal?: AbortSignal): Promise<void> {
    if (bytes === 0 || this.kinds.length === 0) {
      this.bytes += bytes;
      return;
    }
    for await (const chunk of createReadStream(path, { end: bytes - 1, highWaterMark: 1 << 20, signal }))
      this.update(chunk);
  }

  /** May be called once. */
  digest(): Checksums {
    const crc = this.#crc === undefined ? {} : { crc32c: this.#crc.toString(16).padStart(8, "0") };
    return { ...Object.fromEntries([...this.#hashes].map(([kind, hash]) => [kind, hash.digest("hex")])), ...crc };
  }
}

/** The checksums of a file on disk. */
export async function fileChecksums(
  path: string,
  kinds: readonly ChecksumKind[],
  options: { bytes: number; signal?: AbortSignal },
): Promise<Checksums> {
  const checksummer = new Checksummer(kinds);
  await checksummer.updateFromFile(path, options.bytes, options.signal);
  return checksummer.digest();
}

function hex(base64: string | undefined, bytes: number): string | undefined {
  if (base64 === undefined) return undefined;
  const decoded = Buffer.from(base64, "base64");
  return decoded.length === bytes ? decoded.toString("hex") : undefined;
}
