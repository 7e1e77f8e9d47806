import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "@mlebench/base";
import type { EvalLog } from "@mlebench/base/log-types";
import { EvalLogError } from "./errors.js";
import { openEvalLog } from "./open-eval-log.js";

/** What {@link listEvalLogs} takes. */
export interface ListEvalLogsOptions {
  /** Look into folders below as well. @default true */
  readonly recursive?: boolean;
}

interface EvalLogFile {
  readonly path: string;
  readonly bytes: number;
  readonly modified: Date;
}

/** A log that was found: its header, or why it cannot be read. */
export type EvalLogInfo =
  | (EvalLogFile & { readonly readable: true; readonly header: EvalLog; readonly samples: number })
  | (EvalLogFile & { readonly readable: false; readonly error: EvalLogError });

/** Names of Inspect's own files beside logs that end in .json but are none. */
const NOT_LOGS = new Set(["logs.json", "listing.json", "eval-set.json"]);

/** The logs of a directory with their headers, newest first by file name; an unreadable one is listed, not skipped. */
export async function listEvalLogs(
  directory: string,
  { recursive = true }: ListEvalLogsOptions = {},
): Promise<EvalLogInfo[]> {
  const entries = await readdir(directory, { recursive, withFileTypes: true }).catch((cause: unknown) => {
    throw new EvalLogError({
      code: "EVAL_LOG_NOT_FOUND",
      message: `${directory} is no directory that can be read.`,
      hint: "Give the directory of the logs with --log-dir.",
      cause,
    });
  });
  const files = entries.filter(({ name }) => isLogName(name));
  files.sort((a, b) => (a.name < b.name ? 1 : a.name > b.name ? -1 : 0));
  const logs: EvalLogInfo[] = [];
  for (const file of files) {
    const path = join(file.parentPath, file.name);
    const info = await describe(path).catch((error: unknown) => {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    });
    if (info) logs.push(info);
  }
  return logs;
}

function isLogName(name: string): boolean {
  if (name.startsWith(".")) return false;
  // A .json file is a log when it carries the time in its name, as every writer of logs does.
  return name.endsWith(".eval") || (/^\d{4}-\d\d-\d\dT.*\.json$/.test(name) && !NOT_LOGS.has(name));
}

async function describe(path: string): Promise<EvalLogInfo | undefined> {
  const status = await stat(path);
  if (!status.isFile()) return undefined;
  const file = { path, bytes: status.size, modified: status.mtime };
  try {
    await using log = await openEvalLog(path);
    return { ...file, readable: true, header: await log.header(), samples: log.sampleKeys().length };
  } catch (error) {
    if (EvalLogError.is(error)) return { ...file, readable: false, error };
    throw error;
  }
}
