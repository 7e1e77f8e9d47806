import { demoDefaults, loadPlugInsOf, registerDemo, resumeDefaults } from "@mlebench/runner";
import { CliUsageError } from "../errors.js";
import type { RunOptions } from "../options/run-options.js";
import { runWithDisplay } from "../run/run-with-display.js";
import type { SourceOf } from "../run/task-arguments.js";
import { toRunEvalOptions } from "../run/to-run-eval-options.js";

export interface RunCommandOptions extends RunOptions {
  readonly model?: string;
  readonly demo?: true;
  readonly resume?: string;
}

/** What the demo brings along itself. */
const OF_THE_DEMO = ["competition", "split", "sandbox", "sandboxType"] as const;

/** `mlebench run` */
export async function run(task: string | undefined, given: RunCommandOptions, sourceOf: SourceOf): Promise<void> {
  const options = given.demo ? forDemo(given, sourceOf) : given;
  registerDemo();
  if (options.resume !== undefined && options.plugIn === undefined) await loadPlugInsOf(options.resume);
  const defaults = options.demo
    ? demoDefaults()
    : options.resume === undefined
      ? {}
      : await resumeDefaults(options.resume);
  // A model of the environment is meant for real runs; the demo and a resumed log have their own.
  const isOwnModel = sourceOf("model" as keyof RunOptions) !== "env" || defaults.model === undefined;
  const evalOptions = await toRunEvalOptions(task, options, {
    model: isOwnModel ? options.model : undefined,
    sourceOf,
    defaults,
  });
  process.exitCode = await runWithDisplay(evalOptions, options, { isDemo: options.demo === true });
}

/** Settings of the environment are meant for real runs; asking for another competition is a contradiction. */
function forDemo(given: RunCommandOptions, sourceOf: SourceOf): RunCommandOptions {
  if (given.resume !== undefined)
    throw new CliUsageError("--demo and --resume don't go together.", "Leave one of them out.");
  const isAsked = (name: (typeof OF_THE_DEMO)[number]) => given[name] !== undefined && sourceOf(name) !== "env";
  const chosen = (["competition", "split"] as const).find(isAsked);
  if (chosen !== undefined)
    throw new CliUsageError(
      `--demo runs a competition of its own, and --${chosen} asks for another.`,
      "Leave one of them out.",
    );
  const dropped = OF_THE_DEMO.filter((name) => !isAsked(name)).map((name) => [name, undefined]);
  return { ...given, ...Object.fromEntries(dropped) };
}
