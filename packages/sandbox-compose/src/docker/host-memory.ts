import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** The kernel keeps some megabytes at most. */
const MOST_RECORDS = 100_000;
const RECORD_BYTES = 8192;

/**
 * Whether the kernel ended a process of the container because the whole machine was out of memory, and not the container's
 * own limit. Only known where this program may read the kernel's log of the machine that containers run on (Linux, mostly
 * as root); false elsewhere.
 */
export async function hostRanOutOfMemory(containerId: string): Promise<boolean> {
  return isHostOutOfMemory(await kernelLog(), containerId);
}

/**
 * Reads the verdict out of a kernel log. Such a line begins with what limited the memory, and says of which group the
 * victim was before it names the victim, whose name is whatever it chose.
 */
export function isHostOutOfMemory(log: string, containerId: string): boolean {
  return log.split("\n").some((line) => {
    const [, facts = ""] = /^(?:[^;]*;)?oom-kill:(.*)$/.exec(line) ?? [];
    const [kernel = ""] = facts.split(",task=");
    return (
      /^constraint=CONSTRAINT_(?!MEMCG)/.test(kernel) && kernel.includes(",global_oom,") && isOf(kernel, containerId)
    );
  });
}

function isOf(kernel: string, containerId: string): boolean {
  return kernel.slice(kernel.indexOf(",task_memcg=")).includes(containerId);
}

async function kernelLog(): Promise<string> {
  try {
    await using file = await open("/dev/kmsg", constants.O_RDONLY | constants.O_NONBLOCK);
    const buffer = Buffer.alloc(RECORD_BYTES);
    let log = "";
    for (let records = 0; records < MOST_RECORDS; records += 1) {
      // One record a read; EAGAIN after the last one.
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null).catch(() => ({ bytesRead: 0 }));
      if (bytesRead === 0) break;
      const text = buffer.toString("utf8", 0, bytesRead);
      if (text.includes("oom-kill:")) log += text;
    }
    return log;
  } catch {
    return "";
  }
}
