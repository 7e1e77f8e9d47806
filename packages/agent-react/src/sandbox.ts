/** Where a command of the agent runs. Any object with this method will do; more options and fields are welcome. */
export interface ReactSandbox {
  /**
   * Runs a command to its end. A non-zero exit code is a result, not an exception.
   * The loop calls it exactly once per tool call and never again for the same call, whatever happens.
   */
  exec(command: string[], options?: ReactExecOptions): Promise<ReactExecResult>;
}

/** How a command is run; the part of a sandbox's options that the tools use. */
export interface ReactExecOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly user?: string;
  /** Standard input. */
  readonly input?: string;
  /** The sandbox ends the command after this long and answers with `timedOut` and what was printed until then. */
  readonly timeoutSeconds?: number;
  /** Aborted when a limit fires or the caller cancels; the sandbox should end the command. */
  readonly signal?: AbortSignal;
}

/** What a command left; the part of a sandbox's result that the tools use. */
export interface ReactExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut?: boolean;
  /** Set when the sandbox itself had to drop output. */
  readonly truncated?: { readonly stdout: boolean; readonly stderr: boolean };
  readonly outOfMemory?: boolean;
  readonly durationSeconds?: number;
  /** Time spent in a queue before the command began; it is not counted as working time. */
  readonly waitedSeconds?: number;
}
