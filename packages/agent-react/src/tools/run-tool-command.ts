import { ToolError } from "../errors.js";
import type { ReactExecResult } from "../sandbox.js";
import type { ToolContext } from "../tool.js";

/** How the bash and python tools run a command and what they tell the model of it. */
export interface CommandOptions {
  /** Seconds a command may take. @default 360 */
  readonly timeoutSeconds?: number;
  /** Who runs it. @default the sandbox's own user */
  readonly user?: string;
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** Tell the model the exit code when it is not 0. @default false: Inspect's agents never see it */
  readonly showExitCode?: boolean;
  /**
   * Tell the model what a command printed before it timed out. It is recorded either way.
   * @default false: models of an Inspect run only see that it timed out
   */
  readonly showOutputOnTimeout?: boolean;
  /** How long a sandbox may be late in ending a command before the tool gives it up. @default 60 */
  readonly graceSeconds?: number;
}

/** Seconds that a command of the agent may take: the benchmark's six minutes. */
export const DEFAULT_TIMEOUT_SECONDS = 360;
const DEFAULT_GRACE_SECONDS = 60;

/** Runs one command once and turns its result into the text the model sees. */
export async function runToolCommand(
  command: string[],
  input: string | undefined,
  context: ToolContext,
  options: CommandOptions,
): Promise<string> {
  if (command.some((argument) => argument.includes("\0"))) {
    throw new ToolError("embedded null byte", { type: "parsing" });
  }
  const timeoutSeconds = options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  const overdue = new AbortController();
  const cancel = context.clock.schedule(
    () => overdue.abort(),
    (timeoutSeconds + (options.graceSeconds ?? DEFAULT_GRACE_SECONDS)) * 1000,
  );
  try {
    const running = context.sandbox.exec(command, {
      timeoutSeconds,
      signal: AbortSignal.any([context.signal, overdue.signal]),
      user: options.user,
      cwd: options.cwd,
      env: options.env,
      input,
    });
    const result = await Promise.race([running, whenAborted(overdue.signal)]);
    return textFor(result, options);
  } finally {
    cancel();
  }
}

function textFor(result: ReactExecResult | "overdue", options: CommandOptions): string {
  if (result === "overdue") throw timeout("");
  const output = commandOutput(result);
  if (result.timedOut === true) throw timeout(output, options.showOutputOnTimeout);
  if (options.showExitCode === true && result.exitCode !== 0) return `${output}\n[exit code ${result.exitCode}]\n`;
  return output;
}

function timeout(output: string, show = false): ToolError {
  const message = "Command timed out before completing.";
  const shown = show && output !== "" ? `${message} Output until then:\n${output}` : message;
  return new ToolError(shown, { type: "timeout", content: output });
}

/** Standard error first and only when there is some, then standard output: the order models of an Inspect run see. */
function commandOutput(result: ReactExecResult): string {
  return result.stderr === "" ? result.stdout : `${result.stderr}\n${result.stdout}`;
}

function whenAborted(signal: AbortSignal): Promise<"overdue"> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve("overdue"), { once: true }));
}
