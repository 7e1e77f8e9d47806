import type {
  GenerationOptions,
  ModelUsage,
  ReactEvent,
  ReactLimits,
  ReactMessage,
  StopReason,
} from "@mlebench/agent-react";
import type { Competition } from "@mlebench/competitions";
import type { ResolvedModel } from "@mlebench/models";
import type { Sandbox } from "@mlebench/sandbox-compose";

/** One sample as a solver finds and leaves it. */
export interface SampleState {
  readonly competitionId: string;
  /** Counted from 1. */
  readonly epoch: number;
  readonly competition: Competition;
  /** The task's text for the agent. */
  readonly input: string;
  /** The conversation; empty when the solver starts. */
  messages: readonly ReactMessage[];
  /** What the agent gave as its last word. */
  output?: { readonly completion: string; readonly stopReason?: StopReason };
  /** Whether the agent said that it is done. */
  submitted?: boolean;
  /** Set when a limit ended the work; the sample is scored all the same. */
  limit?: { readonly type: string; readonly limit: number; readonly reason: string };
  usage?: ModelUsage;
  turns?: number;
  workingSeconds?: number;
  /** Kept in the log with the sample. */
  readonly metadata: Record<string, unknown>;
  /** Kept in the log as the sample's store. */
  readonly store: Record<string, unknown>;
}

/** What a solver works with. */
export interface SolverContext {
  /** Arguments of the solver, as `-S key=value` gives them; empty when there are none. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly sandbox: Sandbox;
  readonly model: ResolvedModel;
  /** Temperature and the like. */
  readonly generate: GenerationOptions;
  /** The limits of the sample. The time limit also ends a solver that does not look at it, through the signal. */
  readonly limits: ReactLimits;
  /** Seconds that one command of the agent may take. */
  readonly commandTimeoutSeconds: number;
  /** Who the agent's commands run as; undefined where the sandbox has no users. */
  readonly agentUser: string | undefined;
  /** Aborted when the run is cancelled or the time limit is over. */
  readonly signal: AbortSignal;
  /** Records what happens in the log and the display. */
  readonly onEvent: (event: ReactEvent) => void;
}

/** Works on one sample inside its sandbox: any async function. What it throws is an error of the sample. */
export type Solver = (state: SampleState, context: SolverContext) => Promise<SampleState | undefined>;
