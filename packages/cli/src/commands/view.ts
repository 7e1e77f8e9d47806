import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, parse, resolve } from "node:path";
import { CliUsageError } from "../errors.js";
import { toStdout } from "../output/print.js";

/** `mlebench view` */
export async function view(
  path: string | undefined,
  options: { readonly logDir?: string; readonly host?: string; readonly port?: number },
): Promise<void> {
  if (path !== undefined && !existsSync(path)) {
    throw new CliUsageError(`${path} is not there.`, "`mlebench log list` shows the logs.");
  }
  const directory = path === undefined ? (options.logDir ?? "logs") : dirname(path);
  const args = ["view", "start", "--log-dir", directory.includes("://") ? directory : resolve(directory)];
  if (options.host !== undefined) args.push("--host", options.host);
  if (options.port !== undefined) args.push("--port", String(options.port));
  const exitCode = await runInspect(args);
  if (exitCode === undefined) toStdout(howTo(path, directory));
  else process.exitCode = exitCode;
}

/** @returns undefined when Inspect is not installed. */
async function runInspect(args: readonly string[]): Promise<number | undefined> {
  // Inspect reads a .env file too, from its own folder upward, and takes everything from it.
  const child = spawn("inspect", args, { stdio: "inherit", cwd: parse(process.cwd()).root });
  // The viewer shares the terminal: Ctrl-C reaches it too, and it ends by itself.
  const ignore = (): void => undefined;
  process.on("SIGINT", ignore);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", (error: NodeJS.ErrnoException) =>
        error.code === "ENOENT" ? resolve(undefined) : reject(error),
      );
      child.once("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)));
    });
  } finally {
    process.off("SIGINT", ignore);
  }
}

function howTo(path: string | undefined, directory: string): string {
  return [
    "The logs open in Inspect's viewer, which is not installed here:",
    `  pip install inspect-ai && inspect view --log-dir ${directory}`,
    "or with its extension for VS Code. In the terminal:",
    `  mlebench log ${path === undefined ? `list --log-dir ${directory}` : `show ${path}`}`,
    "",
  ].join("\n");
}
