import type { ModelIdentity } from "@mlebench/models";
import type { ComposeSpec } from "@mlebench/sandbox-compose";
import type { Scorer } from "@mlebench/scorer";
import type { PlannedSample, RunPlan } from "../plan/run-plan.js";
import type { SampleRules } from "../sample/attempt-sample.js";
import type { ProtocolDefaults, ProtocolName } from "../settings/protocol.js";
import type { SettingsAt } from "../settings/setting-values.js";
import type { Task } from "../task/mle-bench.js";
import type { FolderFacts } from "./run-facts.js";
import type { RunEvalOptions } from "./run-options.js";

/** What sandboxes take of the host. */
export interface Hardware {
  readonly cpus: number;
  /** Undefined where only the provider limits it. */
  readonly memoryBytes: number | undefined;
  /** `all` when a sandbox sees every GPU of the host. */
  readonly gpus: number | "all";
}

/** What a run costs at most. */
export type CostBound =
  | {
      readonly kind: "bounded";
      readonly dollars: number;
      readonly by: "cost limit" | "token limit" | "local model";
    }
  | { readonly kind: "unbounded"; readonly why: "no cost or token limit" | "unknown price" };

/** Where the data of one competition come from. */
export interface CompetitionPlan {
  readonly competitionId: string;
  /** `raw`: from raw files that are there or that a plug-in makes. `unknown`: the data directory cannot be read. */
  readonly data: "prepared" | "raw" | "download" | "unknown";
  /** The most that its preparation still writes, zip and raw files included; undefined when its size is not known. */
  readonly neededBytes: number | undefined;
}

/** The image of the sandboxes. */
export interface ImagePlan {
  readonly name: string;
  readonly state: "present" | "to be built" | "to be pulled" | "missing" | "unknown";
}

/** Something worth a warning before the run begins. */
export interface RunWarning {
  readonly message: string;
  readonly competitionId?: string;
}

/** Settings that a run has as they were given, or as the table's default says. */
export const SETTLED = [
  "failOnError",
  "continueOnFail",
  "retryOnError",
  "scoreOnError",
  "score",
  "keepSandboxes",
] as const;

/** A run with every default filled in and every mistake of the call refused: all that is left is to do it. */
export interface ResolvedRun extends Required<Pick<SettingsAt<"run">, (typeof SETTLED)[number]>>, SampleRules {
  /** As they were given, with the environment, for what the log remembers and a redactor looks for: holds secrets. */
  readonly options: RunEvalOptions & { readonly env: NonNullable<RunEvalOptions["env"]> };
  /** Where settings come from, as whoever merged them says. */
  readonly sources: Readonly<Record<string, string>>;

  readonly task: Task;
  readonly plan: RunPlan;
  readonly epochs: number;
  /** Samples to run. */
  readonly todo: readonly PlannedSample[];
  /** Samples that the resumed log has already. */
  readonly finished: readonly PlannedSample[];

  readonly model: ModelIdentity;
  readonly protocol: ProtocolName;
  readonly defaults: ProtocolDefaults;
  readonly scorers: readonly Scorer[];
  readonly epochsReducer: readonly string[] | undefined;

  readonly maxSamples: number;
  readonly maxSandboxes: number;
  readonly maxPreparations: number;

  readonly sandboxType: string;
  /** Undefined where sandboxes have no image. */
  readonly image: ImagePlan | undefined;
  /** What a missing image is built on, where it is not the Dockerfile's own. */
  readonly baseImage: string | undefined;
  /** The spec of the first sample, before the task's sandboxConfig changes it. */
  readonly spec: ComposeSpec;
  /** GPUs that the run places itself, so that no two samples share one. */
  readonly gpus: { readonly perSample: number; readonly ids: readonly string[] } | undefined;
  readonly hardware: {
    readonly perSandbox: Hardware;
    /** Of all sandboxes that may be up at one time. */
    readonly atMost: Hardware;
  };

  /** Its path is absolute. */
  readonly dataDir: FolderFacts;
  /** Competitions of the samples to run, in order. */
  readonly competitions: readonly CompetitionPlan[];
  /** In the data directory, at most; undefined when the size of a competition is not known. */
  readonly neededBytes: number | undefined;
  readonly logDir: FolderFacts;
  /** What follows the time in the log's name. */
  readonly logFilePattern: string | undefined;
  readonly cost: CostBound;
  /** In the order in which the run emits them. */
  readonly warnings: readonly RunWarning[];
}
