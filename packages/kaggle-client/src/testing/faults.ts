/** What goes wrong with one answer. */
export type FaultEffect =
  /** A status in place of the answer; `retryAfter` is the header's text, seconds or a date. */
  | { readonly type: "status"; readonly status: number; readonly retryAfter?: string; readonly body?: string }
  /** The connection is cut before any answer. */
  | { readonly type: "reset" }
  /** The connection is cut after this many bytes of the body. */
  | { readonly type: "cut"; readonly afterBytes: number }
  /** After this many bytes nothing comes any more. */
  | { readonly type: "stall"; readonly afterBytes: number }
  | { readonly type: "slow"; readonly bytesPerSecond: number }
  /** Content-Length promises this many bytes more than there are. */
  | { readonly type: "wrong-length"; readonly extraBytes: number }
  /** The byte at this place of the object is another one. */
  | { readonly type: "corrupt"; readonly atByte: number }
  /** A range is answered with everything. */
  | { readonly type: "ignore-range" }
  /** The object has another ETag, now and later, as if it had been uploaded again. */
  | { readonly type: "retag" };

/** Something that goes wrong, and with which answers. */
export interface Fault {
  /** `api` is Kaggle itself, `storage` the host that signed addresses lead to. @default "any" */
  readonly on?: "api" | "storage" | "any";
  /** Only requests whose path matches. */
  readonly path?: RegExp;
  /** Spares requests for a piece with both ends, as those for an archive's table of contents are. @default false */
  readonly sparesPieces?: boolean;
  /** How many requests suffer; then the fault is over. @default every one */
  readonly times?: number;
  readonly effect: FaultEffect;
}

/** Faults in waiting: each request takes the first that fits it. */
export class Faults {
  readonly #waiting: { readonly fault: Fault; left: number }[] = [];

  constructor(faults: readonly Fault[] = []) {
    for (const fault of faults) this.add(fault);
  }

  add(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#waiting.length = 0;
  }

  /** How many faults with a count have not struck yet. */
  get pending(): number {
    return this.#waiting.filter(({ left }) => left > 0 && Number.isFinite(left)).length;
  }

  take(on: "api" | "storage", path: string, range?: string): FaultEffect | undefined {
    const isPiece = /=\d+-\d+$/.test(range ?? "");
    const found = this.#waiting.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.on ?? "any") !== (on === "api" ? "storage" : "api") &&
        (fault.path?.test(path) ?? true) &&
        !(isPiece && fault.sparesPieces === true),
    );
    if (found === undefined) return undefined;
    found.left -= 1;
    return found.fault.effect;
  }
}
