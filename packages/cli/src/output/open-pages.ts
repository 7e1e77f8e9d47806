import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { toStderr } from "./print.js";

/**
 * Opens pages in the user's browser (`BROWSER`, else the system's own), one after the other: each line on stdin opens the
 * next, and the end of stdin ends the waiting but not the opening.
 */
export async function openPages(urls: readonly string[], { signal }: { readonly signal?: AbortSignal }): Promise<void> {
  const input = createInterface({ input: process.stdin });
  const lines = input[Symbol.asyncIterator]();
  const stop = (): void => input.close();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    for (const [index, url] of urls.entries()) {
      signal?.throwIfAborted();
      const isOpen = await open(url);
      toStderr(`[${index + 1}/${urls.length}] ${url}${isOpen ? "" : " (no browser was found: open it yourself)"}\n`);
      toStderr("Accept the rules there, then press Enter.\n");
      await lines.next();
    }
    signal?.throwIfAborted();
  } finally {
    signal?.removeEventListener("abort", stop);
    input.close();
  }
}

/** @returns whether a program took the page. */
async function open(url: string): Promise<boolean> {
  const [command, ...args] = browserCommand(url);
  return await new Promise((resolve) => {
    const child = spawn(command, args, { stdio: "ignore", detached: true });
    child.once("error", () => resolve(false));
    child.once("spawn", () => resolve(true));
    child.unref();
  });
}

/** `BROWSER` may be a program, or a command in which `%s` stands for the page, as other tools take it. */
function browserCommand(url: string): [string, ...string[]] {
  const chosen = process.env["BROWSER"]?.trim();
  if (chosen) {
    const [program = chosen, ...words] = existsSync(chosen) ? [chosen] : chosen.split(/\s+/);
    const args = words.map((word) => word.replaceAll("%s", url));
    return words.some((word) => word.includes("%s")) ? [program, ...args] : [program, ...args, url];
  }
  if (process.platform === "darwin") return ["open", url];
  // The empty word is the window's title, which `start` takes from the first quoted word otherwise.
  return process.platform === "win32" ? ["cmd", "/c", "start", "", url] : ["xdg-open", url];
}
