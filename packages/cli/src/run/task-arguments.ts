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
  sandboxConfig: "sandbox_config",
  solver: "solver",
  scorer: "scorer",
} as const satisfies Partial<Record<keyof RunOptions, string>>;

/**
 * All task arguments in snake_case. Strongest first: a flag on the command line, -T, --task-config, flags from the
 * environment, and then what a resumed log or the demo brings along.
 */
export async function taskArguments(options: RunOptions, sourceOf: SourceOf, defaults: TaskArgs): Promise<TaskArgs> {
  const flags: { cli: TaskArgs; env: TaskArgs } = { cli: {}, env: {} };
  for (const [flag, name] of entriesOf(TASK_FLAGS)) {
    const value = options[flag];
    if (value === undefined) continue;
    flags[sourceOf(flag) === "env" ? "env" : "cli"][name] =
      flag === "composeOverrides" ? parseOverrides(String(value)) : value;
  }
  const given = parseTaskArgs(options.taskArg ?? []);
  const isFromEnv = sourceOf("taskArg") === "env";
  return {
    ...defaults,
    ...flags.env,
    ...(isFromEnv ? given : {}),
    ...(options.taskConfig === undefined ? {} : await readTaskConfig(options.taskConfig)),
    ...(isFromEnv ? {} : given),
    ...flags.cli,
  };
}

function parseOverrides(text: string): unknown {
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
