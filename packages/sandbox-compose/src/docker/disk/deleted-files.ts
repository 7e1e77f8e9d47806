import type { Engine } from "../engine.js";

/** More users than this are not looked at one by one. */
const MAX_USERS = 8;
const DEVICE_AND_USERS = "stat -c %d /; stat -c %u /proc/[0-9]* 2>/dev/null | sort -nu";
/** Links, blocks, bytes of a block, device and inode of all that processes of the own user hold open. */
const OPEN_FILES = "stat -L -c '%h %b %B %d %i' /proc/[0-9]*/fd/* 2>/dev/null";

/**
 * Bytes of a container's files that were deleted and are still open, which no measuring of folders sees. Each user's own
 * processes are asked for: another user, root included, needs a capability for that which containers do not have. What hides
 * itself from its own user, or is mapped and closed, is not seen.
 */
export async function deletedBytes(engine: Engine, containerId: string): Promise<number> {
  const shell = (line: string, user: string) => engine.run(containerId, { command: ["/bin/sh", "-c", line], user });
  const [device, ...users] = (await shell(DEVICE_AND_USERS, "0:0")).stdout.trim().split("\n");
  const found = new Map<string, number>();
  for (const user of users.slice(0, MAX_USERS)) {
    const { stdout } = await shell(OPEN_FILES, `${user}:${user}`);
    for (const [inode, bytes] of deletedOn(device ?? "", stdout)) found.set(inode, bytes);
  }
  return [...found.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** Deleted files of one device, by inode. */
export function deletedOn(device: string, lines: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of lines.split("\n")) {
    const [links, blocks, blockBytes, fileDevice, inode] = line.split(" ");
    if (links !== "0" || fileDevice !== device || inode === undefined) continue;
    found.set(inode, Number(blocks) * Number(blockBytes));
  }
  return found;
}
