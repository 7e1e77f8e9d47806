import { lstatSync, realpathSync, statSync } from "node:fs";
import { sep } from "node:path";
import { setImmediate } from "node:timers/promises";
import { codeOf } from "@mlebench/base";
import { walkFiles } from "./files/walk-files.js";

/** What of a public folder may not reach an agent as it is. */
export interface PublicDataSurvey {
  /** A link that leads out of the folder, or the folder itself when it is one. */
  readonly leadsOut: string | undefined;
  /**
   * Paths that not everybody may read, one for each owner and mode, relative to the folder; empty for the folder itself.
   * Whether the agent is among those who may shows in the sandbox.
   */
  readonly notForAll: readonly string[];
}

const SLICE_MILLISECONDS = 15;

/** Looks at names and modes only; nothing is opened or changed. Some seconds for a million files. */
export async function surveyPublicData(
  publicDir: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<PublicDataSurvey> {
  const notForAll = new Map<string, string>();
  const look = (path: string, name: string, isFolder: boolean): void => {
    const { mode, uid, gid } = statSync(path);
    const wanted = isFolder ? 0o005 : 0o004;
    const kind = `${isFolder}:${uid}:${gid}:${mode & 0o777}`;
    if ((mode & wanted) !== wanted && !notForAll.has(kind)) notForAll.set(kind, name);
  };
  const found = (leadsOut?: string): PublicDataSurvey => ({ leadsOut, notForAll: [...notForAll.values()] });
  if (lstatSync(publicDir).isSymbolicLink()) return found(publicDir);
  const root = realpathSync(publicDir);
  look(root, "", true);
  let sliceEnd = performance.now() + SLICE_MILLISECONDS;
  try {
    for (const { name, path, kind } of walkFiles(root)) {
      if (kind === "file" || kind === "directory") look(path, name, kind === "directory");
      if (kind === "link" && leadsOutOf(root, path)) return found(path);
      if (performance.now() < sliceEnd) continue;
      await setImmediate();
      options.signal?.throwIfAborted();
      sliceEnd = performance.now() + SLICE_MILLISECONDS;
    }
  } catch (error) {
    // A folder of somebody else's that this process may not list is among those found already.
    if (codeOf(error) !== "EACCES" || notForAll.size === 0) throw error;
  }
  return found();
}

function leadsOutOf(root: string, link: string): boolean {
  try {
    return !realpathSync(link).startsWith(root + sep);
  } catch {
    // It leads nowhere here; elsewhere it may lead somewhere.
    return true;
  }
}
