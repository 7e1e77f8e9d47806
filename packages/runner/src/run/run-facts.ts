import type { EvalLog, EvalLogVerification, EvalSampleSummary } from "@mlebench/eval-log";

/** The machine that a run is on. */
export interface HostFacts {
  readonly platform: NodeJS.Platform;
  readonly nodeVersion: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Indexes of the GPUs; undefined when the host does not say, or none was asked for. */
  readonly gpus?: readonly string[];
}

/** What the data directory has of one competition. */
export interface CompetitionFacts {
  readonly competitionId: string;
  readonly isPrepared?: boolean;
  /** Of the zip and the raw files, unfinished ones included, where it is not prepared. */
  readonly rawBytes?: number;
}

/** A folder that is there or would be made. */
export interface FolderFacts {
  readonly path: string;
  readonly exists?: boolean;
  /** By its permissions, or those of the folder that it would be made in: nothing is written to find out. */
  readonly isWritable?: boolean;
  readonly freeBytes?: number;
}

/** The log that a run resumes; `error` says why it cannot be read. */
export type ResumedLogFacts =
  | {
      readonly header: EvalLog;
      readonly summaries: readonly EvalSampleSummary[];
      /** What its seals say. */
      readonly verification?: EvalLogVerification;
    }
  | { readonly error: unknown };

/** What a run finds where it is to run. Looking changes nothing; what could not be read is undefined. */
export interface RunFacts {
  /** The environment that the run reads. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly host: HostFacts;
  readonly dataDir: FolderFacts;
  readonly logDir: FolderFacts;
  /** In the order of the task. */
  readonly competitions: readonly CompetitionFacts[];
  readonly sandboxes: {
    /** Why the provider cannot be loaded or refuses its options; that its place answers is not asked. */
    readonly problem?: unknown;
    /** Whether the engine has the image already. */
    readonly hasImage?: boolean;
    /** Where the engine keeps images and sandboxes. */
    readonly freeBytes?: number;
  };
  /** Present when the run resumes a log. */
  readonly resumed?: ResumedLogFacts;
}
