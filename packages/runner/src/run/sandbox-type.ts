import { settingDefault } from "../settings/setting-values.js";
import type { RunEvalOptions } from "./run-options.js";

/** The provider that a run's sandboxes come from. */
export function sandboxTypeOf({ provider, task }: Pick<RunEvalOptions, "provider" | "task">): string {
  return provider?.name ?? task.parameters.sandboxType ?? settingDefault("sandboxType");
}
