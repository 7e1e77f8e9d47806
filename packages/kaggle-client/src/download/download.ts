import { type FileHandle, mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { sleep } from "@mlebench/base";
import { IntegrityError, KaggleError, NetworkError, UnexpectedResponseError } from "../errors.js";
import { bodyChunks, refuseEncoding } from "../http/read-body.js";
import { retryDelay } from "../http/retry.js";
import type { HttpResponse } from "../http/transport.js";
import type { Bandwidth } from "./bandwidth.js";
import { Checksummer, type Checksums, checksumKinds, checksumsToVerify, fileChecksums } from "./checksums.js";
import { requireSpace, writeError } from "./disk-space.js";
import type { DownloadEvent } from "./events.js";
import { lockDownload } from "./lock.js";
import { PartFile, type PartState } from "./part-file.js";
import { RateMeter } from "./rate.js";
import { continues, freshState, parseDate, sameObject, validator } from "./remote-object.js";
import type { DownloadSource } from "./source.js";
import type { DownloadResult, TransferOptions } from "./transfer-options.js";

// A source may change under way or break the rules of ranges; it does not get to do so for ever.
const MAX_RESTARTS = 4;
// A second full download tells a broken line from a file that simply is another one.
const MAX_INTEGRITY_RESTARTS = 1;
// An answer that does not say its length gets so much of the disk at a time, and half of a smaller rest.
const SPACE_CHECK_BYTES = 64 * 2 ** 20;

export interface DownloadTarget extends TransferOptions {
  /** The finished file. */
  readonly path: string;
  readonly bandwidth?: Bandwidth;
}

/** Brings a source to a file: resumes, retries, verifies, and only a complete file gets the name. */
export async function download(source: DownloadSource, target: DownloadTarget): Promise<DownloadResult> {
  const directory = dirname(target.path);
  try {
    await mkdir(directory, { recursive: true });
    const { lockWaitSeconds, signal } = target;
    await using _lock = await lockDownload(target.path, { waitSeconds: lockWaitSeconds ?? 0, signal });
    return await new Download(source, target, directory).run();
  } catch (error) {
    target.signal?.throwIfAborted();
    throw writeError(target.path, directory, error);
  }
}

/** Undefined asks for another attempt. */
type Outcome = DownloadResult | undefined;

class Download {
  readonly #source: DownloadSource;
  readonly #target: DownloadTarget;
  readonly #directory: string;
  readonly #part: PartFile;
  readonly #given: Checksums;
  readonly #rate = new RateMeter();
  #checksummer: Checksummer | undefined;
  #state: PartState | undefined;
  /** Bytes of the part that are known to be good. */
  #received = 0;
  #highWater = 0;
  #resumedBytes: number | undefined;
  #restarts = 0;
  #integrityRestarts = 0;
  /** Where an answer of unknown length is next held against the free disk. */
  #checkSpaceAt = 0;
  #started = false;
  #lastProgress = Number.NEGATIVE_INFINITY;

  constructor(source: DownloadSource, target: DownloadTarget, directory: string) {
    this.#source = source;
    this.#target = target;
    this.#directory = directory;
    this.#part = new PartFile(target.path);
    this.#given = { md5: target.md5?.toLowerCase(), sha256: target.sha256?.toLowerCase() };
  }

  async run(): Promise<DownloadResult> {
    const there = await this.#expectedFileIsThere();
    if (there !== undefined) return there;
    const left = await this.#part.load(this.#source.identity);
    if (left !== undefined && this.#mayContinue(left.state)) {
      this.#state = left.state;
      this.#received = left.bytes;
      this.#highWater = left.bytes;
    }
    for (let failures = 0; ; ) {
      this.#target.signal?.throwIfAborted();
      const before = this.#highWater;
      try {
        const outcome = await this.#attempt();
        if (outcome !== undefined) return outcome;
      } catch (error) {
        this.#target.signal?.throwIfAborted();
        failures = this.#highWater > before ? 1 : failures + 1;
        const delaySeconds = retryDelay(error, failures, this.#target.retry);
        if (delaySeconds === undefined || !KaggleError.is(error)) throw error;
        const { code, message } = error;
        this.#emit({ type: "download-retry", path: this.#target.path, attempt: failures, delaySeconds, code, message });
        await sleep(delaySeconds * 1000, this.#target.signal);
      }
    }
  }

  /** A file that fits everything the caller expects needs no network. */
  async #expectedFileIsThere(): Promise<DownloadResult | undefined> {
    const { bytes, overwrite } = this.#target;
    if (overwrite || (bytes === undefined && checksumKinds(this.#given).length === 0)) return undefined;
    const found = await this.#fileThatFits(bytes, this.#given);
    return found && this.#unchanged(found.file.size, found.checksums, bytes !== undefined);
  }

  /** Without an expectation of the caller's, a file is kept when length, announced checksum and date fit what the server has. */
  async #sameFileIsThere(state: PartState): Promise<DownloadResult | undefined> {
    const { totalBytes, lastModified, announced = {} } = state;
    if (this.#target.overwrite || checksumKinds(this.#given).length > 0 || totalBytes === undefined) return undefined;
    const found = await this.#fileThatFits(totalBytes, checksumsToVerify({}, announced));
    if (found === undefined) return undefined;
    const modified = parseDate(lastModified);
    const isNewer = modified !== undefined && found.file.mtimeMs >= modified.getTime();
    const isSame = isNewer || checksumKinds(found.checksums).length > 0;
    return isSame ? this.#unchanged(totalBytes, found.checksums, true) : undefined;
  }

  /** The file in the target's place, when it has this length and these checksums, as far as given. */
  async #fileThatFits(bytes: number | undefined, expected: Checksums) {
    const { path, signal } = this.#target;
    const file = await stat(path).catch(() => undefined);
    if (!file?.isFile() || (bytes !== undefined && file.size !== bytes)) return undefined;
    const kinds = checksumKinds(expected);
    const checksums = await fileChecksums(path, kinds, { bytes: file.size, signal });
    return kinds.every((kind) => checksums[kind] === expected[kind]) ? { file, checksums } : undefined;
  }

  #unchanged(bytes: number, checksums: Checksums, lengthKnown: boolean): DownloadResult {
    const { path } = this.#target;
    this.#emit({ type: "download-end", path, bytes, unchanged: true });
    const verified = [...(lengthKnown ? (["length"] as const) : []), ...checksumKinds(checksums)];
    return { path, bytes, resumedBytes: 0, unchanged: true, verified, checksums };
  }

  /** Continuing needs a proof that the bytes belong together: a validator of the server, or a checksum at the end. */
  #mayContinue(state: PartState): boolean {
    return validator(state) !== undefined || checksumKinds(this.#expected(state)).length > 0;
  }

  #expected(state: PartState): Checksums {
    return checksumsToVerify(this.#given, state.announced ?? {});
  }

  async #attempt(): Promise<Outcome> {
    const state = this.#state;
    const offset = state === undefined ? 0 : this.#received;
    const ifRange = state === undefined ? undefined : validator(state);
    const headers: Record<string, string> = {};
    if (offset > 0) {
      headers["range"] = `bytes=${offset}-`;
      if (ifRange !== undefined) headers["if-range"] = ifRange;
    }
    const response = await this.#source.open(headers, this.#target.signal);
    try {
      if (response.status === 416) return await this.#rangeRefused(response, state, offset);
      refuseEncoding(response, this.#source.what);
      if (response.status === 206) {
        if (state === undefined || !continues(response, state, offset)) return await this.#restart("changed");
      } else {
        const fresh = freshState(this.#source.identity, response);
        if (offset > 0 && state !== undefined) {
          await this.#restart(sameObject(state, fresh) ? "range-ignored" : "changed");
        }
        this.#refuseWrongObject(fresh);
        const same = this.#started ? undefined : await this.#sameFileIsThere(fresh);
        if (same !== undefined) {
          await this.#part.discard();
          return same;
        }
        await this.#part.begin(fresh);
        this.#state = fresh;
        this.#received = 0;
        this.#checksummer = undefined;
      }
      await this.#receive(response);
      return await this.#complete();
    } finally {
      response.body.destroy();
    }
  }

  /** 416 at the very end of the object means that all bytes are here. */
  async #rangeRefused(response: HttpResponse, state: PartState | undefined, offset: number): Promise<Outcome> {
    const [, total] = /^bytes \*\/(\d+)$/.exec(response.header("content-range") ?? "") ?? [];
    const etag = response.header("etag");
    const isEnd = total !== undefined && Number(total) === offset && (state?.totalBytes ?? offset) === offset;
    if (state !== undefined && offset > 0 && isEnd && (etag === undefined || etag === state.etag))
      return this.#complete();
    if (offset === 0)
      throw new UnexpectedResponseError(this.#source.what, "status 416 without a range asked for", { status: 416 });
    return this.#restart("range-refused");
  }

  /** What cannot be the expected file is not downloaded in the first place. */
  #refuseWrongObject(state: PartState): void {
    const { bytes, path, maxBytes } = this.#target;
    if (maxBytes !== undefined && state.totalBytes !== undefined && state.totalBytes > maxBytes) {
      throw this.#tooMuch(`${state.totalBytes} bytes`, maxBytes);
    }
    if (bytes !== undefined && state.totalBytes !== undefined && state.totalBytes !== bytes) {
      throw new IntegrityError(path, "length", String(bytes), String(state.totalBytes));
    }
    const announced = state.announced?.md5;
    if (this.#given.md5 !== undefined && announced !== undefined && announced !== this.#given.md5) {
      throw new IntegrityError(path, "md5", this.#given.md5, announced);
    }
  }

  async #receive(response: HttpResponse): Promise<void> {
    const { path, signal, bandwidth, stallSeconds } = this.#target;
    const state = this.#state;
    if (state === undefined) return;
    const { totalBytes } = state;
    this.#announceStart(totalBytes);
    if (totalBytes !== undefined) await requireSpace(this.#directory, totalBytes - this.#received);
    await this.#prepareChecksummer(state);
    const handle = await this.#part.open();
    try {
      // Bytes beyond what is known to be good may be there after a kill between two writes.
      await handle.truncate(this.#received);
      const chunks = bodyChunks(response.body, { what: this.#source.what, stallSeconds: stallSeconds ?? 60, signal });
      for await (const chunk of chunks) {
        await this.#requireExpected(chunk.length);
        await writeFully(handle, chunk, this.#received);
        this.#checksummer?.update(chunk);
        this.#received += chunk.length;
        this.#highWater = Math.max(this.#highWater, this.#received);
        this.#progress(totalBytes);
        await bandwidth?.pay(chunk.length, signal);
      }
    } catch (error) {
      throw writeError(path, this.#directory, error, totalBytes && totalBytes - this.#received);
    } finally {
      await handle.close();
    }
    if (totalBytes !== undefined && this.#received < totalBytes) {
      throw new NetworkError(this.#source.what, `the answer ended after ${this.#received} of ${totalBytes} bytes`);
    }
  }

  /** Before more is written: a body may be longer than was announced or expected, or have no end. */
  async #requireExpected(more: number): Promise<void> {
    const { bytes, maxBytes, path } = this.#target;
    const after = this.#received + more;
    if (maxBytes !== undefined && after > maxBytes) throw this.#tooMuch("more", maxBytes);
    if (bytes !== undefined && after > bytes)
      throw new IntegrityError(path, "length", String(bytes), `more than ${bytes}`);
    if (this.#state?.totalBytes !== undefined || after < this.#checkSpaceAt) return;
    const usable = await requireSpace(this.#directory, more);
    this.#checkSpaceAt = after + Math.min(SPACE_CHECK_BYTES, (usable ?? Number.POSITIVE_INFINITY) / 2);
  }

  #tooMuch(found: string, maxBytes: number): UnexpectedResponseError {
    return new UnexpectedResponseError(this.#source.what, `${found} where at most ${maxBytes} bytes are taken`);
  }

  async #prepareChecksummer(state: PartState): Promise<void> {
    const kinds = checksumKinds(this.#expected(state));
    if (this.#checksummer?.bytes === this.#received && this.#checksummer.kinds.join() === kinds.join()) return;
    this.#checksummer = new Checksummer(kinds);
    await this.#checksummer.updateFromFile(this.#part.partPath, this.#received, this.#target.signal);
  }

  async #complete(): Promise<Outcome> {
    const { path } = this.#target;
    const state = this.#state;
    if (state === undefined) return this.#restart("changed");
    this.#announceStart(state.totalBytes);
    const expectedBytes = this.#target.bytes ?? state.totalBytes;
    if (expectedBytes !== undefined && this.#received !== expectedBytes) {
      return this.#integrityFailure("length", String(expectedBytes), String(this.#received));
    }
    const expected = this.#expected(state);
    const kinds = checksumKinds(expected);
    if (kinds.length > 0) this.#emit({ type: "download-verify", path, kinds });
    await this.#prepareChecksummer(state);
    const checksums = this.#checksummer?.digest() ?? {};
    this.#checksummer = undefined;
    for (const kind of kinds) {
      const actual = checksums[kind] ?? "nothing";
      if (actual !== expected[kind]) return this.#integrityFailure(kind, expected[kind] ?? "", actual);
    }
    this.#progress(state.totalBytes, true);
    await this.#part.finish(parseDate(state.lastModified));
    this.#emit({ type: "download-end", path, bytes: this.#received, unchanged: false });
    const verified = [...(expectedBytes === undefined ? [] : (["length"] as const)), ...kinds];
    const resumedBytes = this.#resumedBytes ?? 0;
    return { path, bytes: this.#received, resumedBytes, unchanged: false, verified, checksums };
  }

  async #integrityFailure(kind: IntegrityError["mismatch"], expected: string, actual: string): Promise<Outcome> {
    if (this.#integrityRestarts >= MAX_INTEGRITY_RESTARTS) {
      await this.#part.discard();
      throw new IntegrityError(this.#target.path, kind, expected, actual);
    }
    this.#integrityRestarts += 1;
    return this.#restart(kind === "length" ? "length-mismatch" : "checksum-mismatch");
  }

  async #restart(reason: (DownloadEvent & { type: "download-restart" })["reason"]): Promise<Outcome> {
    this.#restarts += 1;
    if (this.#restarts > MAX_RESTARTS) {
      throw new UnexpectedResponseError(this.#source.what, `it had to start over ${MAX_RESTARTS} times (${reason})`);
    }
    this.#emit({ type: "download-restart", path: this.#target.path, reason });
    await this.#part.discard();
    this.#state = undefined;
    this.#received = 0;
    this.#resumedBytes = 0;
    this.#checksummer = undefined;
    // The same object again must get further than before to count as progress; another one starts afresh.
    if (reason !== "range-ignored") this.#highWater = 0;
    return undefined;
  }

  #announceStart(totalBytes: number | undefined): void {
    if (this.#started) return;
    this.#started = true;
    this.#resumedBytes = this.#received;
    this.#rate.record(this.#received);
    this.#emit({ type: "download-start", path: this.#target.path, totalBytes, resumedBytes: this.#received });
  }

  #progress(totalBytes: number | undefined, last = false): void {
    const now = performance.now() / 1000;
    if (!last && now - this.#lastProgress < (this.#target.progressIntervalSeconds ?? 0.5)) return;
    this.#lastProgress = now;
    const { path } = this.#target;
    const receivedBytes = this.#received;
    this.#rate.record(receivedBytes);
    const bytesPerSecond = this.#rate.bytesPerSecond();
    const secondsLeft = totalBytes && bytesPerSecond ? (totalBytes - receivedBytes) / bytesPerSecond : undefined;
    this.#emit({ type: "download-progress", path, receivedBytes, totalBytes, bytesPerSecond, secondsLeft });
  }

  #emit(event: DownloadEvent): void {
    this.#target.onEvent?.(event);
  }
}

async function writeFully(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, written, chunk.length - written, position + written);
    written += bytesWritten;
  }
}
