const FIRST_CAPACITY = 64 * 1024;

/**
 * Takes a stream of any length and keeps its first or last `maxBytes`, in memory that never exceeds that.
 */
export class KeptOutput {
  readonly #maxBytes: number;
  readonly #keep: "head" | "tail";
  #ring: Buffer;
  #start = 0;
  #length = 0;
  #total = 0;

  constructor(maxBytes: number, keep: "head" | "tail") {
    this.#maxBytes = maxBytes;
    this.#keep = keep;
    this.#ring = Buffer.allocUnsafe(Math.min(FIRST_CAPACITY, maxBytes));
  }

  /** Bytes seen, kept or not. */
  get total(): number {
    return this.#total;
  }

  get truncated(): boolean {
    return this.#total > this.#maxBytes;
  }

  push(chunk: Uint8Array): void {
    this.#total += chunk.length;
    if (this.#keep === "head") {
      const room = this.#maxBytes - this.#length;
      if (room > 0) this.#append(chunk.subarray(0, room));
    } else {
      this.#append(chunk.length > this.#maxBytes ? chunk.subarray(chunk.length - this.#maxBytes) : chunk);
    }
  }

  bytes(): Buffer {
    const end = this.#start + this.#length;
    if (end <= this.#ring.length) return this.#ring.subarray(this.#start, end);
    return Buffer.concat([this.#ring.subarray(this.#start), this.#ring.subarray(0, end - this.#ring.length)]);
  }

  /** The kept part as text; a character that the cut split is left out, other bytes that are not UTF-8 become U+FFFD. */
  text(): string {
    let bytes = this.bytes();
    if (this.truncated && this.#keep === "tail") bytes = bytes.subarray(continuationBytes(bytes));
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    return decoder.decode(bytes, { stream: this.truncated && this.#keep === "head" });
  }

  #append(chunk: Uint8Array): void {
    this.#reserve(Math.min(this.#length + chunk.length, this.#maxBytes));
    const capacity = this.#ring.length;
    const dropped = Math.max(0, this.#length + chunk.length - capacity);
    const at = capacity === 0 ? 0 : (this.#start + this.#length) % capacity;
    const first = Math.min(chunk.length, capacity - at);
    this.#ring.set(chunk.subarray(0, first), at);
    this.#ring.set(chunk.subarray(first), 0);
    this.#start = capacity === 0 ? 0 : (this.#start + dropped) % capacity;
    this.#length += chunk.length - dropped;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#ring.length) return;
    let capacity = Math.max(this.#ring.length, 1);
    while (capacity < bytes) capacity *= 2;
    const larger = Buffer.allocUnsafe(Math.min(capacity, this.#maxBytes));
    larger.set(this.bytes());
    this.#ring = larger;
    this.#start = 0;
  }
}

function continuationBytes(bytes: Uint8Array): number {
  let count = 0;
  while (count < 3 && ((bytes[count] ?? 0) & 0xc0) === 0x80) count += 1;
  return count;
}
