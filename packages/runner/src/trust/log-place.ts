import { statSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import type { EvalSpec } from "@mlebench/eval-log";
import { z } from "zod";
import type { SettingValues } from "../settings/setting-values.js";
import { type LogOpening, logOpenings } from "./log-openings.js";

/** Settings that a log keeps as paths from its own folder. */
const FROM_LOG: ReadonlySet<string> = new Set(["plugIns", "solver", "scorer", "sandboxConfig", "approval"]);

const Recorded = z.object({ logs: z.string(), work: z.string() });

/**
 * Where a log is written and from where, for its metadata: a seal is of the log, not of the files beside it, so that the
 * same log in another folder could name another's. Undefined when the log names nothing by a relative path.
 */
export function recordPlace(logDir: string, values: SettingValues): z.infer<typeof Recorded> | undefined {
  const { fromLog, fromHere } = relativeOpenings(values);
  if (fromLog.length + fromHere.length === 0) return undefined;
  return { logs: folderId(logDir), work: folderId(process.cwd()) };
}

/** What a log names by relative paths that lead elsewhere than when it was written. */
export function movedOpenings(values: SettingValues, spec: EvalSpec, logPath: string): readonly LogOpening[] {
  const { data: place } = Recorded.safeParse(spec.metadata?.["place"]);
  const { fromLog, fromHere } = relativeOpenings(values);
  return [
    ...(place?.logs === folderId(dirname(resolve(logPath))) ? [] : fromLog),
    ...(place?.work === folderId(process.cwd()) ? [] : fromHere),
  ];
}

function relativeOpenings(values: SettingValues) {
  const openings = logOpenings(values);
  return {
    fromLog: openings.filter(({ name }) => FROM_LOG.has(name)),
    fromHere: openings.filter(({ name }) => isFromHere(name, values)),
  };
}

/** Whether a setting is a path from the folder of the call. */
function isFromHere(
  name: string,
  { model = "", sandboxType, split, dataDir, composeOverrides }: SettingValues,
): boolean {
  switch (name) {
    case "model":
      return /^\s*(?:mock|replay)\//i.test(model) && !isAbsolute(model.slice(model.indexOf("/") + 1));
    case "sandboxType":
      return sandboxType !== "local" && sandboxType !== "k8s" && !isAbsolute(sandboxType ?? "");
    case "split":
      return !isAbsolute(split ?? "");
    case "dataDir":
      return !isAbsolute(dataDir ?? "");
    case "composeOverrides":
      return /"\.{1,2}[/\\]/.test(JSON.stringify(composeOverrides));
    default:
      return false;
  }
}

/** Stays when a folder is renamed or its files change; nobody can give it to a folder of theirs. */
function folderId(path: string): string {
  const { ino, birthtimeMs } = statSync(path, { bigint: true });
  return `${ino}.${birthtimeMs}`;
}
