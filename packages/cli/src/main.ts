import { CommanderError } from "@commander-js/extra-typings";
import { EXIT, exitCodeOf } from "./errors.js";
import { loadEnvFile } from "./options/load-env-file.js";
import { withHelp } from "./options/with-help.js";
import { printError } from "./output/print-error.js";
import { makeProgram } from "./program.js";

/**
 * The command line `mlebench`.
 * @param argv as in `process.argv`: the program and the script come first.
 * @returns when the command has ended; `process.exitCode` is set: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
 */
export async function main(argv: readonly string[]): Promise<void> {
  watchOutput(isDebug(argv));
  try {
    const envFile = await loadEnvFile(process.cwd(), process.env);
    await withHelp(makeProgram(process.env, envFile)).parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version come as errors with the code 0; usage errors were printed when they were found.
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
      return;
    }
    printError(error, { verbose: isDebug(argv) });
    process.exitCode = exitCodeOf(error);
  }
}

function isDebug(argv: readonly string[]): boolean {
  const at = argv.indexOf("--log-level");
  const level =
    at === -1
      ? (argv.find((word) => word.startsWith("--log-level="))?.slice("--log-level=".length) ??
        process.env["MLEBENCH_LOG_LEVEL"] ??
        process.env["INSPECT_LOG_LEVEL"])
      : argv[at + 1];
  return level === "debug";
}

/**
 * `mlebench list | head` ends when head has enough; a run goes on when nobody reads its progress any more, because the
 * log is what counts.
 */
function watchOutput(verbose: boolean): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.ok);
    // The terminal is closed; SIGHUP says so too, and lets a run end well.
    if (error.code === "EIO") return;
    printError(new Error(`The output can't be written: ${error.message}`, { cause: error }), { verbose });
    process.exit(EXIT.failure);
  });
  process.stderr.on("error", () => undefined);
}
