import { type CleanupFilter, type CleanupReport, resolveProvider } from "@mlebench/sandbox-compose";

/** Removes what dead runs left behind; what a live run owns stays. */
export async function cleanupSandboxes(sandboxType: string, filter: CleanupFilter = {}): Promise<CleanupReport> {
  await using provider = await resolveProvider(sandboxType, {});
  return provider.cleanup(filter);
}
