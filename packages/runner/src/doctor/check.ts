/** What a look at one thing of this machine found. */
export interface Finding {
  /** Short name, for example "Docker". */
  readonly name: string;
  /** `missing` stops some runs, `warning` does not. */
  readonly state: "ok" | "warning" | "missing";
  /** The facts; never a secret. */
  readonly facts: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** A finding, and whether every run needs it: keys, an account and GPUs are for some runs only. */
export interface Check extends Finding {
  readonly required: boolean;
}
