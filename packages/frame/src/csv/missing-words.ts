/** Words that pandas 2.2 takes as a missing value, besides the empty text. */
export const DEFAULT_MISSING_WORDS: readonly string[] = [
  "-1.#IND",
  "1.#QNAN",
  "1.#IND",
  "-1.#QNAN",
  "#N/A N/A",
  "#N/A",
  "N/A",
  "n/a",
  "NA",
  "<NA>",
  "#NA",
  "NULL",
  "null",
  "NaN",
  "-NaN",
  "nan",
  "-nan",
  "None",
  "",
];

/** Tells missing fields from others without making a string of every field. */
export class MissingWords {
  private readonly words: ReadonlySet<string>;
  private readonly emptyIsMissing: boolean;
  /** Per first byte: bit n is set when a word of n bytes (31: or more) begins with it. */
  private readonly lengths = new Int32Array(256);

  constructor(words: Iterable<string>) {
    this.words = new Set(words);
    this.emptyIsMissing = this.words.has("");
    for (const word of this.words) {
      const bytes = Buffer.from(word);
      const first = bytes[0];
      if (first !== undefined) this.lengths[first]! |= 1 << Math.min(31, bytes.length);
    }
  }

  has(bytes: Buffer, from: number, to: number): boolean {
    const length = to - from;
    if (length === 0) return this.emptyIsMissing;
    const mask = this.lengths[bytes[from]!]!;
    if (mask === 0 || (mask & (1 << Math.min(31, length))) === 0) return false;
    return this.words.has(bytes.toString("utf8", from, to));
  }
}
