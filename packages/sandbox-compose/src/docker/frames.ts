const HEADER_BYTES = 8;
const STDERR = 2;

/** Takes the engine's multiplexed output apart: frames of an eight-byte header (stream, length) and a payload. */
export class FrameReader {
  readonly #onData: (stream: "stdout" | "stderr", chunk: Buffer) => void;
  #header: Buffer = Buffer.alloc(0);
  #stream: "stdout" | "stderr" = "stdout";
  #remaining = 0;

  constructor(onData: (stream: "stdout" | "stderr", chunk: Buffer) => void) {
    this.#onData = onData;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#remaining === 0) {
        const missing = HEADER_BYTES - this.#header.length;
        const piece = chunk.subarray(at, at + missing);
        this.#header = this.#header.length === 0 ? piece : Buffer.concat([this.#header, piece]);
        at += piece.length;
        if (this.#header.length < HEADER_BYTES) return;
        this.#stream = this.#header[0] === STDERR ? "stderr" : "stdout";
        this.#remaining = this.#header.readUInt32BE(4);
        this.#header = Buffer.alloc(0);
      } else {
        const payload = chunk.subarray(at, at + this.#remaining);
        at += payload.length;
        this.#remaining -= payload.length;
        this.#onData(this.#stream, payload);
      }
    }
  }
}
