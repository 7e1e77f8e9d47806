import { parseTaskArgs, readTaskConfig, type TaskArgs } from "@mlebench/runner";
import { CliUsageError } from "../errors.js";
import type { RunOptions } from "../options/run-options.js";

/** Where a value came from, as commander names it. */
export type SourceOf = (name: keyof RunOptions) => string | undefined;

/** Flags that are task parameters under another spelling. */
const TASK_FLAGS = {
  split: "split",
  epochs: "epochs",
  maxMessages: "max_messages",
  dataDir: "data_dir",
  dockerImageName: "docker_image_name",
  forceRebuild: "force_rebuild",
  cpuOverride: "cpu_override",
  memOverride: "mem_override",
  gpuDriver: "gpu_driver",
  gpuCount: "gpu_count",
  composeOverrides: "compose_overrides",
  skipTosCheck: "skip_tos_check",
  sandboxType: "sandbox_type",
  sandbox: "sandbox_type",
  sandboxConfig: "sandbox_config",
  solver: "solver",
  scorer: "scorer",
} as const satisfies Partial<Record<keyof RunOptions, string>>;

/**
 * All task arguments in snake_case; each key from its strongest source. Strongest first: a flag on the command line, -T, --task-config, the run config, the
 * environment, and then what a resumed log or the demo brings along.
 */
export async function taskArguments(options: RunOptions, sourceOf: SourceOf, defaults: TaskArgs): Promise<TaskArgs> {
  const flags: { cli: TaskArgs; config: TaskArgs; env: TaskArgs } = { cli: {}, config: {}, env: {} };
  for (const [flag, name] of entriesOf(TASK_FLAGS)) {
    const value = options[flag];
    if (value === undefined) continue;
    flags[layerOf(sourceOf(flag))][name] = flag === "composeOverrides" ? parseOverrides(value) : value;
  }
  const givenIn = (layer: Layer): TaskArgs => parseTaskArgs(options.taskArgLayers?.[layer] ?? []);
  return {
    ...defaults,
    ...flags.env,
    ...givenIn("env"),
    ...flags.config,
    ...givenIn("config"),
    ...(options.taskConfig === undefined ? {} : await readTaskConfig(options.taskConfig)),
    ...givenIn("cli"),
    ...flags.cli,
  };
}

type Layer = "cli" | "config" | "env";

function layerOf(source: string | undefined): Layer {
  return source === "env" || source === "config" ? source : "cli";
}

function parseOverrides(text: unknown): unknown {
  // In a run config it is a mapping already.
  if (typeof text !== "string") return text;
  try {
    return parseTaskArgs([`compose_overrides=${text}`])["compose_overrides"];
  } catch {
    throw new CliUsageError(
      "--compose-overrides is neither JSON nor YAML.",
      `For example --compose-overrides '{"shm_size": "4gb"}'.`,
    );
  }
}

function entriesOf<T extends Record<string, string>>(map: T): [keyof T & keyof RunOptions, string][] {
  return Object.entries(map) as [keyof T & keyof RunOptions, string][];
}
