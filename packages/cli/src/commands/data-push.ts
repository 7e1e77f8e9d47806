import { resolve } from "node:path";
import { formatBytes } from "@mlebench/base";
import { defaultDataDirectory, getCompetition, type PushProgress, pushPreparedData } from "@mlebench/runner";
import { type DataOptions, registerCompetitions } from "../options/choose-competitions.js";
import { toStderr, toStdout } from "../output/print.js";
import { printJson } from "../output/print-json.js";
import { formatTable, left, right } from "../output/table.js";
import { chosenProvider } from "../run/chosen-provider.js";
import { withInterrupts } from "../run/with-interrupts.js";

interface DataPushOptions extends DataOptions {
  readonly claim: string;
  readonly dockerImageName?: string;
  readonly sandboxOption?: readonly string[];
}

/** `mlebench data push` */
export async function dataPush(ids: readonly string[], options: DataPushOptions): Promise<void> {
  await registerCompetitions(options.plugIn);
  for (const id of ids) getCompetition(id);
  const dataDir = options.dataDir ?? defaultDataDirectory();
  const pushed = await withInterrupts(
    (signal) =>
      pushPreparedData(ids, {
        dataDir,
        claim: options.claim,
        image: options.dockerImageName,
        sandboxOptions: chosenProvider({ sandboxOption: options.sandboxOption }).sandboxOptions,
        signal,
        onProgress: (event) => {
          const line = describe(event);
          if (line !== undefined) toStderr(`${event.target}: ${line}\n`);
        },
      }),
    { ending: "stopping; the same command goes on from there" },
  );
  if (options.json) {
    const json = pushed.map(({ competitionId, files, bytes, sentFiles, sentBytes, removedFiles }) => ({
      competition_id: competitionId,
      files,
      bytes,
      sent_files: sentFiles,
      sent_bytes: sentBytes,
      removed_files: removedFiles,
    }));
    return printJson(json);
  }
  toStdout(
    formatTable(
      [...left("competition"), ...right("files", "size", "sent", "removed")],
      pushed.map(({ competitionId, files, bytes, sentBytes, removedFiles }) => {
        return [competitionId, String(files), formatBytes(bytes), formatBytes(sentBytes), String(removedFiles)];
      }),
    ),
  );
  toStderr(
    `${pushed.length} in ${options.claim}, every file verified. A run uses it with MLEBENCH_K8S_DATA=claim:${options.claim}:${resolve(dataDir)}\n`,
  );
}

function describe({ type, files = 0, bytes = 0, reason }: PushProgress): string | undefined {
  switch (type) {
    case "push-start":
      return `${files} files, ${formatBytes(bytes)}`;
    case "push-send":
      return `sending ${files} files, ${formatBytes(bytes)}`;
    case "push-verify":
      return "verifying";
    case "push-retry":
      return `again: ${reason}`;
    case "push-file":
      return undefined;
  }
}
