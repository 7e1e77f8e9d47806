/** Absolute places as the agent sees them. */
export interface SandboxPaths {
  readonly home: string;
  readonly data: string;
  readonly submission: string;
  readonly code: string;
  readonly logs: string;
}
