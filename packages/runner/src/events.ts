import type { ModelUsage } from "@mlebench/agent-react";
import type { GradingReport } from "@mlebench/grader";
import type { SandboxEvent } from "@mlebench/sandbox-compose";
import type { DownloadPlan } from "./data/download/download-plan.js";
import type { PlannedSample } from "./plan/run-plan.js";
import type { CountedCall } from "./sample/record-calls.js";

/** Everything a display may want to show, in order. Names are noun-verb. */
export type RunEvent =
  | {
      readonly type: "run-start";
      readonly runId: string;
      readonly task: string;
      readonly model: string;
      readonly protocol: string;
      readonly competitions: readonly string[];
      /** Samples that will run; those taken over from an earlier log are not counted. */
      readonly samples: number;
      readonly reusedSamples: number;
      readonly logPath: string;
    }
  | { readonly type: "warning"; readonly message: string; readonly competitionId?: string }
  | { readonly type: "rules-check"; readonly competitions: readonly string[] }
  | {
      /** Before the first download. */
      readonly type: "disk-plan";
      readonly downloads: readonly DownloadPlan[];
      /** The most that all together take at one time; undefined when nothing is known of one of them. */
      readonly peakBytes: number | undefined;
      readonly freeBytes: number;
    }
  | { readonly type: "prepare-start"; readonly competitionId: string }
  | {
      readonly type: "prepare-progress";
      readonly competitionId: string;
      readonly stage: string;
      readonly done?: number;
      readonly total?: number;
      /** While downloading. */
      readonly bytesPerSecond?: number;
      readonly secondsLeft?: number;
    }
  | {
      readonly type: "prepare-end";
      readonly competitionId: string;
      readonly seconds: number;
      /** False when the data was there already. */
      readonly worked: boolean;
      readonly error?: string;
    }
  | (PlannedSample & { readonly type: "sample-start"; readonly attempt: number })
  | (PlannedSample & { readonly type: "sandbox-event"; readonly event: SandboxEvent })
  | (PlannedSample & { readonly type: "sandbox-ready"; readonly connection: string })
  | (PlannedSample & {
      readonly type: "sample-progress";
      readonly messages: number;
      readonly usage: ModelUsage;
      /** What the agent does at the moment, in a few words. */
      readonly activity: string;
    })
  | (PlannedSample & { readonly type: "validation-call" } & CountedCall)
  | (PlannedSample & { readonly type: "sample-retry"; readonly attempt: number; readonly message: string })
  | (PlannedSample & {
      readonly type: "sample-end";
      readonly status: "finished" | "error" | "cancelled";
      readonly seconds: number;
      readonly report?: GradingReport;
      readonly limit?: string;
      readonly error?: string;
    })
  | { readonly type: "run-end"; readonly status: "success" | "error" | "cancelled"; readonly logPath: string };

/** Hears every event of a run, in order. */
export type RunEventListener = (event: RunEvent) => void;
