import type { ComposeSpec } from "../../compose/spec.js";
import type { Sandbox, SandboxProvider } from "../../provider.js";

/** One thing that every provider must do. */
export interface ProviderCase {
  readonly name: string;
  run(context: ProviderCaseContext): Promise<void>;
}

/** What a case of the suite is given. */
export interface ProviderCaseContext {
  readonly provider: SandboxProvider;
  /** One sandbox for all cases that do not need their own. */
  readonly sandbox: Sandbox;
  readonly spec: ComposeSpec;
  readonly otherUser: string | undefined;
  /** A folder on the host that is removed afterwards. */
  readonly hostDirectory: string;
  /** A folder in the sandbox that is new for every case. */
  readonly directory: string;
}
