import type { Checksums, Competition } from "@mlebench/competitions";
import type { PrepareCompetitionOptions, PrepareProgress, PrepareResult } from "@mlebench/data-prep";
import type { RaisedError } from "../../child-process/raised-error.js";

/** What a preparation asks of the process that started it, which alone has accounts, caches and the network. */
export const PARENT_WORK = ["download", "fetchFile", "description"] as const;
/** One of {@link PARENT_WORK}. */
export type ParentWork = (typeof PARENT_WORK)[number];

/** What the preparing process is asked to do. */
export interface PreparationRequest {
  readonly competition: Competition;
  readonly options: Pick<
    PrepareCompetitionOptions,
    "dataDir" | "rawDir" | "keepRaw" | "dropZip" | "skipVerification" | "downloadBytes" | "limits"
  > & { readonly checksums?: Checksums };
  readonly offers: readonly ParentWork[];
  /** URLs of plug-in modules, of which one brings the preparer; none for a bundled preparer. */
  readonly plugIns: readonly string[];
}

/** From the process that wants a competition prepared. */
export type ParentMessage =
  | { readonly type: "prepare"; readonly request: PreparationRequest }
  | { readonly type: "answer"; readonly call: number; readonly value: string | Uint8Array }
  | { readonly type: "failure"; readonly call: number; readonly error: RaisedError }
  | { readonly type: "abort" };

/** From the process that prepares it. */
export type PreparationMessage =
  | { readonly type: "progress"; readonly progress: PrepareProgress }
  | { readonly type: "call"; readonly call: number; readonly work: ParentWork; readonly args: readonly string[] }
  | { readonly type: "result"; readonly result: PrepareResult }
  /** `call`: the error is that of the parent's own work, which it knows better. */
  | { readonly type: "error"; readonly error: RaisedError; readonly call?: number };
