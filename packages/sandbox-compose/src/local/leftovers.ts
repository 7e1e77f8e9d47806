import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, ownerState, parseJson, sleep, writeAtomically } from "@mlebench/base";
import { z } from "zod";
import { reasonToLeave } from "../ownership.js";
import type { CleanupFilter, CleanupReport, SandboxResource } from "../provider.js";
import { inRange, signalMarked } from "./process-tree.js";

const FOLDER_PREFIX = "sandbox-";
const STATE_FILE = "owner.json";

const State = z.object({
  runId: z.string(),
  keep: z.boolean(),
  owner: z.object({ host: z.string(), pid: z.number(), startTime: z.string(), pidNamespace: z.string() }),
  marks: z.object({ first: z.number(), last: z.number() }),
});

/** Whose a sandbox's folder is, and which marks its processes carry. */
export type LocalState = z.infer<typeof State>;

export function folderName(id: string): string {
  return `${FOLDER_PREFIX}${id}`;
}

export async function writeState(folder: string, state: LocalState): Promise<void> {
  await writeAtomically(join(folder, STATE_FILE), JSON.stringify(state));
}

/** Removes the folders, and ends the processes, of sandboxes whose owner is gone. */
export async function removeLocalLeftovers(directory: string, filter: CleanupFilter): Promise<CleanupReport> {
  const removed: SandboxResource[] = [];
  const left: CleanupReport["left"][number][] = [];
  const failed: CleanupReport["failed"][number][] = [];
  const names = await readdir(directory).catch((): string[] => []);
  for (const name of names.filter((one) => one.startsWith(FOLDER_PREFIX))) {
    const folder = join(directory, name);
    const state = await readState(folder);
    // Its owner is just about to write it, or died before: too young to say, and empty.
    if (state === undefined) continue;
    if (filter.runId !== undefined && filter.runId !== state.runId) continue;
    const resource: SandboxResource = { kind: "directory", name: folder, runId: state.runId };
    const reason = filter.runId === undefined ? reasonToLeave(filter, ownerState(state.owner), state.keep) : undefined;
    if (reason !== undefined) {
      left.push({ ...resource, reason });
      continue;
    }
    try {
      for (let tries = 0; tries < 50 && signalMarked("KILL", inRange(state.marks)) > 0; tries += 1) {
        await sleep(20);
      }
      await removeFolder(folder);
      removed.push(resource);
    } catch (error) {
      failed.push({ ...resource, message: messageOf(error) });
    }
  }
  return { removed, left, failed };
}

/** Removes a folder whose owner may have taken the right to from it. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function readState(folder: string): Promise<LocalState | undefined> {
  const text = await readFile(join(folder, STATE_FILE), "utf8").catch(() => "");
  return State.safeParse(parseJson(text)).data;
}
