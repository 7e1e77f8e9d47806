import { basename, dirname, join } from "node:path";
import type { PlannedSample } from "./plan/run-plan.js";

/** The folder beside a log that keeps submissions and code: the log's name without its ending. */
export function artifactsDirectory(logPath: string): string {
  return join(dirname(logPath), basename(logPath).replace(/\.(?:eval|json)$/, ""));
}

/** `<competition>_epoch_<n>` below that folder. */
export function sampleDirectory(artifacts: string, { competitionId, epoch }: PlannedSample): string {
  return join(artifacts, `${competitionId}_epoch_${epoch}`);
}
