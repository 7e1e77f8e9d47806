import type { Sandbox } from "@mlebench/sandbox-compose";
import { instructions } from "../task/instructions.js";
import { validateScript } from "../validation-bridge/validate-script.js";
import { startValidationBridge, type ValidationBridgeOptions } from "../validation-bridge/validation-bridge.js";

/** The agent's user in our images. */
const AGENT_USER = "nonroot";
/** The benchmark's port of the validation endpoint. */
const VALIDATION_PORT = 5000;
/** For a check, when the run does not allow it more time than that. */
const ENDPOINT_SECONDS = 600;

interface PrepareSandboxOptions extends Pick<ValidationBridgeOptions, "validate" | "onCall" | "bound"> {
  /** What one check may take by itself; the endpoint waits longer than that. */
  readonly validationTimeoutSeconds?: number;
  readonly onTrouble: (message: string) => void;
}

/** A sandbox that is ready for an agent. */
export interface PreparedSandbox extends AsyncDisposable {
  /** Who the agent's commands run as; undefined where the sandbox has one user only. */
  readonly agentUser: string | undefined;
  /** The task's text with the real places. */
  readonly input: string;
}

/** Lays out the agent's folders, opens the validation endpoint and writes the instructions and the validation script. */
export async function prepareSandbox(sandbox: Sandbox, options: PrepareSandboxOptions): Promise<PreparedSandbox> {
  const { paths } = sandbox;
  const administrator = sandbox.capabilities.users ? "root" : undefined;
  const agentUser = await findAgentUser(sandbox, options.onTrouble);
  const folders = [paths.submission, paths.code, paths.logs];
  const owner = agentUser === undefined ? ":" : `chown ${agentUser} "$@" 2>/dev/null || chmod a+rwx "$@"`;
  await sandbox.exec(["sh", "-c", `mkdir -p "$@"; ${owner}`, "sh", ...folders], {
    user: administrator,
    timeoutSeconds: 60,
  });
  const bridge = await startValidationBridge(sandbox, {
    // Sandboxes that share the host's network cannot all have the same port.
    port: sandbox.capabilities.isolated ? VALIDATION_PORT : 0,
    user: administrator,
    ...options,
    timeoutSeconds: Math.max(ENDPOINT_SECONDS, (options.validationTimeoutSeconds ?? 0) + 60),
  });
  try {
    const input = instructions(paths, bridge.url);
    await sandbox.writeFile(`${paths.home}/validate_submission.sh`, validateScript(bridge.url), { mode: 0o755 });
    await sandbox.writeFile(`${paths.home}/instructions.txt`, input, { mode: 0o644 });
    return { agentUser, input, [Symbol.asyncDispose]: () => bridge[Symbol.asyncDispose]() };
  } catch (error) {
    await bridge[Symbol.asyncDispose]();
    throw error;
  }
}

async function findAgentUser(sandbox: Sandbox, onTrouble: (message: string) => void): Promise<string | undefined> {
  if (!sandbox.capabilities.users) return undefined;
  const { exitCode } = await sandbox.exec(["id", "-u", AGENT_USER], { timeoutSeconds: 60 });
  if (exitCode === 0) return AGENT_USER;
  onTrouble(`The image has no user ${AGENT_USER}; the agent's commands run as the image's own user.`);
  return undefined;
}
