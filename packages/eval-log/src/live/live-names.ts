import { basename, dirname, join } from "node:path";

/** Names of Inspect's shared buffer of running samples (0.3.285), which `inspect view` looks for beside a log. */
export const MANIFEST = "manifest.json";

/** `.buffer/<name of the log>` in the log's folder. */
export function liveDirectory(logPath: string): string {
  return join(bufferDirectory(logPath), basename(logPath).replace(/\.(?:eval|json)$/, ""));
}

/** The folder that all logs of a folder share. */
export function bufferDirectory(logPath: string): string {
  return join(dirname(logPath), ".buffer");
}

export function segmentName(id: number): string {
  return `segment.${id}.zip`;
}

export function segmentMember(id: string | number, epoch: number): string {
  return `${id}_${epoch}.json`;
}
