import { cleanupSandboxes } from "@mlebench/runner";
import { EXIT } from "../errors.js";
import { toStdout } from "../output/print.js";
import { printJson } from "../output/print-json.js";
import { chosenProvider, type ProviderChoice } from "../run/chosen-provider.js";

/** `mlebench sandbox cleanup` */
export async function sandboxCleanup(
  runId: string | undefined,
  options: ProviderChoice & { readonly kept?: true; readonly otherHosts?: true; readonly json?: true },
): Promise<void> {
  const { sandboxType = "docker", sandboxOptions } = chosenProvider(options);
  const filter = {
    runId,
    includeKept: options.kept ?? false,
    includeOtherHosts: options.otherHosts ?? false,
  };
  const report = await cleanupSandboxes(sandboxType, filter, sandboxOptions);
  if (options.json) printJson(report);
  else {
    for (const { kind, name } of report.removed) toStdout(`removed ${kind} ${name}\n`);
    for (const { kind, name, reason } of report.left) toStdout(`left ${kind} ${name}: ${reason}\n`);
    for (const { kind, name, message } of report.failed) toStdout(`could not remove ${kind} ${name}: ${message}\n`);
    toStdout(`${report.removed.length} removed, ${report.left.length} left, ${report.failed.length} failed\n`);
  }
  if (report.failed.length > 0) process.exitCode = EXIT.failure;
}
