import type { Readable } from "node:stream";

const MAX_QUEUED_BYTES = 1024 * 1024;

/**
 * The bytes of an answer in order, and only then the error that ended it. A Node stream drops what it has buffered when its
 * connection breaks; on a line that breaks often, a download would never get past its first kilobytes.
 */
export class ResponseBody {
  readonly #stream: Readable;
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #end: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(stream: Readable) {
    this.#stream = stream;
    stream.on("data", (chunk: Uint8Array) => {
      this.#queue.push(chunk);
      this.#queuedBytes += chunk.length;
      if (this.#queuedBytes >= MAX_QUEUED_BYTES) stream.pause();
      this.#wake?.();
    });
    stream.on("end", () => this.#finish(undefined));
    stream.on("error", (error) => this.#finish(error));
    stream.on("close", () => this.#finish(new Error("the connection was closed")));
  }

  /** The next bytes; undefined at the regular end. @throws what ended it otherwise, once all bytes are taken. */
  async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const chunk = this.#queue.shift();
      if (chunk !== undefined) {
        this.#queuedBytes -= chunk.length;
        if (this.#queuedBytes < MAX_QUEUED_BYTES / 2) this.#stream.resume();
        return chunk;
      }
      if (this.#end?.error !== undefined) throw this.#end.error;
      if (this.#end !== undefined) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Ends it early; what nobody took is dropped, and the connection goes with it. */
  destroy(error: unknown = new Error("the answer was dropped")): void {
    this.#queue.length = 0;
    this.#finish(error);
    this.#stream.destroy();
  }

  #finish(error: unknown): void {
    this.#end ??= { error };
    this.#wake?.();
  }
}
