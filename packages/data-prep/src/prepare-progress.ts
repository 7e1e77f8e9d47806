import type { LockOwner } from "@mlebench/base";

/** The stages of a preparation, in their order; stages with nothing to do do not appear. */
export type PrepareStage = "wait" | "download" | "check-download" | "unpack" | "prepare" | "verify" | "clean";

/** How far a preparation is. */
export interface PrepareProgress {
  readonly competitionId: string;
  readonly stage: PrepareStage;
  /** A step the preparer named, within `prepare`. */
  readonly step?: string;
  /** Bytes in `download`, `check-download` and `unpack`; in `prepare` what the step counts; else 0. */
  readonly done: number;
  readonly total?: number;
  /** In `wait`: the process that prepares the same competition. */
  readonly waitingFor?: LockOwner;
}
