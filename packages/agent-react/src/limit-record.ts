import type { SampleLimitType } from "@mlebench/base/log-types";

/** What a limit is of, as Inspect's logs name it. */
export type LimitType = Exclude<SampleLimitType, "context">;

/** A limit that ended a run. Not an error: the run is complete and is scored as it stands. */
export interface LimitRecord {
  readonly type: LimitType;
  readonly limit: number;
  /** The facts, e.g. `Message limit reached. count: 30; limit: 30`. */
  readonly reason: string;
}
