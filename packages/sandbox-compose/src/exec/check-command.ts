import { SandboxError } from "../errors.js";
import type { ExecOptions } from "../provider.js";

const COMMAND_HINT = 'Give program and arguments as a list of strings: ["sh", "-c", "…"].';

/**
 * Refuses what no sandbox can run because the caller wrote it wrongly.
 * @throws SandboxError `COMMAND_INVALID`
 */
export function checkCommand(command: readonly string[], options: ExecOptions): void {
  const { timeoutSeconds = 0, maxOutputBytes = 0 } = options;
  const words: unknown = command;
  if (!Array.isArray(words) || words.length === 0) throw invalid("There is no command to run", COMMAND_HINT);
  const odd: unknown = words.find((word) => typeof word !== "string");
  if (odd !== undefined) throw invalid(`An argument is of type ${typeof odd}`, COMMAND_HINT);
  if (!(timeoutSeconds >= 0)) throw invalid(`timeoutSeconds is ${timeoutSeconds}`, "Give seconds, or leave it out.");
  if (!(maxOutputBytes >= 0)) throw invalid(`maxOutputBytes is ${maxOutputBytes}`, "Give bytes, or leave it out.");
  const [unset] = Object.entries<unknown>(options.env ?? {}).find(([, value]) => typeof value !== "string") ?? [];
  if (unset !== undefined) throw invalid(`env.${unset} is not a string`, "Give it a string, or leave it out.");
  const name = Object.keys(options.env ?? {}).find((key) => key === "" || key.includes("="));
  if (name !== undefined) throw invalid(`env has a variable called ${JSON.stringify(name)}`, "Give it another name.");
}

/** What keeps the system from starting a command; undefined when nothing does. */
export function whyNotStartable(command: readonly string[], { cwd = "", env = {} }: ExecOptions): string | undefined {
  const words = [...command, cwd, ...Object.entries(env).flat()];
  return words.some((word) => word.includes("\0")) ? "sh: arguments cannot hold a NUL byte\n" : undefined;
}

function invalid(message: string, hint: string): SandboxError {
  return new SandboxError({ code: "COMMAND_INVALID", message: `${message}.`, hint });
}
