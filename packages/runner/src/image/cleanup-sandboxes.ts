import type { CleanupFilter, CleanupReport } from "@mlebench/sandbox-compose";
import { openProvider } from "../run/open-provider.js";

/** Removes what dead runs left behind; what a live run owns stays. */
export async function cleanupSandboxes(sandboxType: string, filter: CleanupFilter = {}): Promise<CleanupReport> {
  await using provider = await openProvider(sandboxType);
  return provider.cleanup(filter);
}
