import { deflateMember } from "../zip/deflate-member.js";
import type { ZipMember } from "../zip/zip-appender.js";
import { hash } from "./hash.js";
import type { LogKey } from "./log-key.js";
import { type SealedMember, sealText } from "./seal.js";
import { sealMember } from "./seal-names.js";

/** How a log is sealed: by whom, and what it is made of. */
export interface SealingOptions {
  readonly key: LogKey;
  /** Other keys that sealed what the log is made of; see `sealingOf`. @default none */
  readonly from?: readonly string[];
}

/** Makes the seals of a log, one behind the other. */
export class Sealer {
  readonly #options: SealingOptions;
  readonly #log: string;
  #position: number;
  #previous: string | null;

  /** @param after the last seal of the chain that is continued. */
  constructor(log: string, options: SealingOptions, after?: { readonly position: number; readonly digest: string }) {
    this.#options = options;
    this.#log = log;
    this.#position = after?.position ?? 0;
    this.#previous = after?.digest ?? null;
  }

  /**
   * Makes the next seal, to be written in the same step as what it seals.
   * @param options.from more keys that these members alone are made of.
   * @returns the member, and what is to be called when it was written: a step that failed leaves no gap.
   */
  async seal(
    members: readonly SealedMember[],
    {
      removed = [],
      from = [],
      now,
    }: { readonly removed?: readonly string[]; readonly from?: readonly string[]; readonly now: Date },
  ): Promise<{ readonly member: ZipMember; commit(): void }> {
    const { key, from: always = [] } = this.#options;
    const position = this.#position + 1;
    const text = sealText(
      {
        version: 1,
        key: key.publicKey,
        log: this.#log,
        position,
        previous: this.#previous,
        from: [...new Set([...always, ...from])],
        members: members.map(({ name, digest, fields }) => ({ name, digest, fields })),
        removed,
      },
      key,
    );
    return {
      member: await deflateMember(sealMember(position), text, now),
      commit: () => {
        this.#position = position;
        this.#previous = hash(text);
      },
    };
  }
}
