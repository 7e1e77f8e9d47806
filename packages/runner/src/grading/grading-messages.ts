import type { Competition, Thresholds } from "@mlebench/competitions";
import type { GradingReport, ValidationResult } from "@mlebench/grader";
import type { RaisedError } from "../child-process/raised-error.js";

/** What the grading process is asked to do. */
export interface GradingRequest {
  readonly kind: "grade" | "validate";
  readonly submissionPath: string;
  readonly privateDir: string;
  readonly competition: Competition;
  readonly thresholds?: Thresholds;
  /** URLs of plug-in modules that may bring the grader. */
  readonly plugIns: readonly string[];
}

/** What it answers. */
export type GradingAnswer<Result = GradingReport | ValidationResult> =
  | { readonly type: "result"; readonly result: Result }
  /** The grader is known to the asking process only. */
  | { readonly type: "no-grader" }
  | ({ readonly type: "error" } & RaisedError);
