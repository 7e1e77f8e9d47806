import type { ReactExecOptions, ReactExecResult, ReactSandbox } from "../sandbox.js";

/** What a command of the hand-made sandbox prints and how it ends. Text alone is standard output of a success. */
export type HandMadeResult = string | Partial<ReactExecResult>;

/** What the sandbox answers to a command. */
export type HandMadeAnswer = (
  /** The last argument, which for the bash tool is the command line. */
  commandLine: string,
  command: readonly string[],
  options: ReactExecOptions,
) => HandMadeResult | Promise<HandMadeResult>;

/** A sandbox that runs nothing and remembers what it was asked. */
export interface HandMadeSandbox extends ReactSandbox {
  /** Every command so far. */
  readonly commands: ReadonlyArray<{ readonly command: readonly string[]; readonly options: ReactExecOptions }>;
}

/** A sandbox without a computer: answers commands from a function or a table; unknown ones fail with code 127. */
export function handMadeSandbox(
  answer: HandMadeAnswer | Readonly<Record<string, HandMadeResult>> = {},
): HandMadeSandbox {
  const commands: Array<{ command: readonly string[]; options: ReactExecOptions }> = [];
  return {
    commands,
    async exec(command, options = {}) {
      commands.push({ command, options });
      const line = command.at(-1) ?? "";
      const result =
        typeof answer === "function" ? await answer(line, command, options) : (answer[line] ?? notFound(line));
      const fields = typeof result === "string" ? { stdout: result } : result;
      return { exitCode: 0, stdout: "", stderr: "", timedOut: false, ...fields };
    },
  };
}

function notFound(line: string): HandMadeResult {
  return { exitCode: 127, stderr: `bash: ${line.split(/\s/, 1)[0]}: command not found\n` };
}
