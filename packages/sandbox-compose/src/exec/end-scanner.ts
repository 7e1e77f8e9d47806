const SEPARATOR = 0x1e;
const END = /^(\d{1,3}) (\d{1,19}|-) (\d{1,19}|-)$/;
const LONGEST_END = 48;
/** Behind a written end only a daemon writes, or a command that wrote the end itself. */
const MOST_HELD_BYTES = 256 * 1024;

/** What the wrapper wrote behind the output. */
export interface CommandEnd {
  readonly exitCode: number;
  /** Whether the count of OOM kills grew; false where the kernel does not say. */
  readonly outOfMemory: boolean;
}

/** Passes one output stream on up to a written end, and holds what follows until it is known whether that was the end. */
export class EndScanner {
  readonly #prefix: Buffer;
  readonly #onOutput: (chunk: Uint8Array) => void;
  /** What may be the beginning of an end. */
  #held: Buffer = Buffer.alloc(0);
  #end: CommandEnd | undefined;
  /** The written end and all that came behind it. */
  #behind: Buffer[] = [];
  #behindBytes = 0;

  constructor(token: string, onOutput: (chunk: Uint8Array) => void) {
    this.#prefix = Buffer.from(`\x1e${token} `, "latin1");
    this.#onOutput = onOutput;
  }

  /** The end that was written, by the wrapper or by somebody who knows the token. */
  get end(): CommandEnd | undefined {
    return this.#end;
  }

  /** Whether no more is held of what comes behind a written end; then it is lost. */
  get isFull(): boolean {
    return this.#behindBytes > MOST_HELD_BYTES;
  }

  push(chunk: Buffer): void {
    if (this.#end !== undefined) {
      this.#hold(chunk);
      return;
    }
    let bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = Buffer.alloc(0);
    for (let at = bytes.indexOf(this.#prefix); at >= 0; at = bytes.indexOf(this.#prefix)) {
      this.#emit(bytes.subarray(0, at));
      const rest = bytes.subarray(at + this.#prefix.length);
      const stop = rest.indexOf(SEPARATOR);
      const isWhole = stop >= 0;
      const text = rest.subarray(0, isWhole ? stop : LONGEST_END + 1).toString("latin1");
      if (!isWhole && text.length <= LONGEST_END) {
        this.#held = Buffer.from(bytes.subarray(at));
        return;
      }
      const [, code, before, after] = (isWhole && END.exec(text)) || [];
      if (code !== undefined) {
        this.#end = { exitCode: Number(code), outOfMemory: Number(after) > Number(before) };
        this.#hold(bytes.subarray(at));
        return;
      }
      // It begins like an end and is none.
      this.#emit(this.#prefix);
      bytes = rest;
    }
    const split = this.#possibleStart(bytes);
    this.#emit(bytes.subarray(0, split));
    this.#held = Buffer.from(bytes.subarray(split));
  }

  /** The command runs on: what looked like its end, and what followed, is output. */
  reject(): void {
    this.#end = undefined;
    const behind = this.#behind.splice(0);
    this.#behindBytes = 0;
    for (const bytes of behind) this.#emit(bytes);
  }

  /** The stream is over: what was held back was output after all, but for a written end and what is behind it. */
  finish(): void {
    this.#emit(this.#held);
    this.#held = Buffer.alloc(0);
    this.#behind = [];
  }

  #hold(bytes: Buffer): void {
    if (this.isFull) return;
    this.#behind.push(Buffer.from(bytes));
    this.#behindBytes += bytes.length;
  }

  /** Where the last bytes may be the beginning of the end; the length when they are not. */
  #possibleStart(bytes: Buffer): number {
    let at = bytes.indexOf(SEPARATOR, Math.max(0, bytes.length - this.#prefix.length + 1));
    while (at >= 0 && !this.#prefix.subarray(0, bytes.length - at).equals(bytes.subarray(at))) {
      at = bytes.indexOf(SEPARATOR, at + 1);
    }
    return at < 0 ? bytes.length : at;
  }

  #emit(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#onOutput(bytes);
  }
}
