import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The program that tests start. */
export const CLI = fileURLToPath(new URL("../../bin/mlebench.mjs", import.meta.url));

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Variables that a test machine may have set and that would change what is tested. */
const OWN_VARIABLES = /^(?:MLEBENCH_|INSPECT_|KAGGLE_|OPENAI_|ANTHROPIC_|GOOGLE_|GEMINI_|DOCKER_HOST$)/;

/** Runs the built command line as a process, in a folder of its own and without the machine's settings. */
export async function runCli(
  args: readonly string[],
  {
    cwd,
    env = {},
    stdin = "ignore",
    onChild,
  }: {
    cwd: string;
    env?: Record<string, string>;
    /** `pipe` for a command that asks something. @default "ignore" */
    stdin?: "ignore" | "pipe";
    onChild?: (child: ReturnType<typeof spawn>) => void;
  },
): Promise<CliResult> {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !OWN_VARIABLES.test(name) && !name.startsWith("VITEST")),
  );
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd,
    env: { ...inherited, HOME: cwd, XDG_CACHE_HOME: `${cwd}/cache`, NO_COLOR: "1", ...env },
    stdio: [stdin, "pipe", "pipe"],
  });
  onChild?.(child);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { exitCode, stdout, stderr };
}
