import { type Deed, deedOf, type Sandbox, SandboxUnavailableError } from "@mlebench/sandbox-compose";

/** For a command that does nothing, on a machine that others keep busy. */
const PROBE_SECONDS = 60;
/** The last words of a container may be long. */
const MOST_CHARACTERS = 600;

/** A sandbox that the agent ended: a result of the sample. */
export interface AgentsEnd {
  /** What logs and tables call it. */
  readonly deed: Deed;
  /** What happened, as a sentence. */
  readonly facts: string;
}

/**
 * Whether the agent ended its sandbox, asked when it is done: the same deed is found whatever command it was in, also one
 * after which no other came.
 * @param error what the agent or the copying ended with, if they did.
 */
export async function agentsEnd(sandbox: Sandbox, error?: unknown): Promise<AgentsEnd | undefined> {
  const known = unavailableIn(error);
  const end = known?.causedBy === "agent" ? known : await askSandbox(sandbox);
  if (end?.causedBy !== "agent") return undefined;
  return { deed: deedOf(end.reason), facts: end.facts.slice(0, MOST_CHARACTERS) };
}

async function askSandbox(sandbox: Sandbox): Promise<SandboxUnavailableError | undefined> {
  if (sandbox.whyUnavailable !== undefined) return sandbox.whyUnavailable();
  try {
    await sandbox.exec(["true"], { timeoutSeconds: PROBE_SECONDS });
    return undefined;
  } catch (error) {
    return unavailableIn(error);
  }
}

/** Of an error and its causes, the one that says that the sandbox is gone. */
export function unavailableIn(error: unknown): SandboxUnavailableError | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth += 1) {
    if (SandboxUnavailableError.is(at)) return at as SandboxUnavailableError;
  }
  return undefined;
}
