import { demoDefaults, loadPlugInsOf, type RunDefaults, registerDemo, resumeDefaults } from "@mlebench/runner";
import { mergeSettings, type SettingLayer, type SettingName } from "@mlebench/runner/settings";
import { CliUsageError } from "../errors.js";
import { printWarnings } from "../output/print-warnings.js";
import { dryRun } from "../run/dry-run.js";
import { runWithDisplay } from "../run/run-with-display.js";
import { defaultsLayer, toRunEvalOptions } from "../run/to-run-eval-options.js";

/** What the demo brings along itself. */
const OF_THE_DEMO: readonly SettingName[] = ["competitions", "split", "sandboxType"];

/** `mlebench run` */
export async function run(taskName: string | undefined, layers: readonly SettingLayer[]): Promise<void> {
  registerDemo();
  const { values } = mergeSettings(layers);
  const isDemo = values.demo === true;
  if (isDemo) refuseOtherThanDemo(layers);
  const { resumeLog } = values;
  // Before anything is imported that somebody else's log may name.
  const defaults: RunDefaults = isDemo
    ? demoDefaults()
    : resumeLog === undefined
      ? {}
      : await resumeDefaults(resumeLog, { given: Object.keys(values) });
  if (resumeLog !== undefined && values.plugIns === undefined) await loadPlugInsOf(resumeLog);
  // What the environment says is meant for real runs; the demo and a resumed log have a model of their own.
  const own: readonly SettingName[] = [
    ...(isDemo ? OF_THE_DEMO : []),
    ...(defaults.model === undefined ? [] : (["model"] as const)),
  ];
  const settings = mergeSettings([
    ...layers.map((layer) => (isEnvironment(layer) ? without(layer, own) : layer)),
    defaultsLayer(isDemo ? "demo" : "resumed log", defaults),
  ]);
  printWarnings(settings.warnings);
  const options = await toRunEvalOptions(taskName ?? defaults.taskName, settings);
  if (settings.values.dryRun) return dryRun(options, settings);
  process.exitCode = await runWithDisplay(options, values, { isDemo });
}

/** Asking for another competition than the demo's is a contradiction. */
function refuseOtherThanDemo(layers: readonly SettingLayer[]): void {
  const asked = mergeSettings(layers.filter((layer) => !isEnvironment(layer))).values;
  if (asked.resumeLog !== undefined)
    throw new CliUsageError("--demo and --resume don't go together.", "Leave one of them out.");
  const chosen = asked.competitions ? "competition" : asked.split === undefined ? undefined : "split";
  if (chosen !== undefined)
    throw new CliUsageError(
      `--demo runs a competition of its own, and --${chosen} asks for another.`,
      "Leave one of them out.",
    );
}

function isEnvironment({ source }: SettingLayer): boolean {
  return source === "environment" || source === ".env";
}

function without(layer: SettingLayer, names: readonly string[]): SettingLayer {
  const values = Object.entries(layer.values).filter(([name]) => !names.includes(name));
  return { ...layer, values: Object.fromEntries(values) };
}
