/** What a check of this machine found. */
export interface Check {
  /** Short name, for example "Docker". */
  readonly name: string;
  /** `missing` stops some runs, `warning` does not. */
  readonly state: "ok" | "warning" | "missing";
  /** The facts; never a secret. */
  readonly facts: string;
  /** What to do about it. */
  readonly fix?: string;
}
