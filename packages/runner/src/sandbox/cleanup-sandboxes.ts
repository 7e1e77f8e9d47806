import type { CleanupFilter, CleanupReport } from "@mlebench/sandbox-compose";
import { openProvider } from "./open-provider.js";

/** Removes what dead runs left behind; what a live run owns stays. `sandboxOptions` are the provider's own. */
export async function cleanupSandboxes(
  sandboxType: string,
  filter: CleanupFilter = {},
  sandboxOptions: Readonly<Record<string, unknown>> = {},
): Promise<CleanupReport> {
  await using provider = await openProvider(sandboxType, { sandboxOptions });
  return provider.cleanup(filter);
}
