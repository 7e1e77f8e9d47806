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

/** `mlebench run` */
export async function run(task: string | undefined, options: RunCommandOptions, sourceOf: SourceOf): Promise<void> {
  if (options.demo && options.resume !== undefined) throw new CliUsageError("--demo and --resume don't go together.");
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
