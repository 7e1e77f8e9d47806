import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { SandboxFileError } from "../../errors.js";
import type { ExecStream, Sandbox } from "../../provider.js";

export function sh(script: string): string[] {
  return ["sh", "-c", script];
}

export function newRunId(): string {
  return `suite-${randomBytes(6).toString("hex")}`;
}

export async function text(sandbox: Sandbox, path: string): Promise<string> {
  return Buffer.from(await sandbox.readFile(path)).toString("utf8");
}

export async function problemOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    if (SandboxFileError.is(error)) return error.problem;
    throw error;
  }
  return "none";
}

/** Nothing in the folder changes any more: whatever wrote there is dead. */
export async function assertStill(sandbox: Sandbox, directory: string): Promise<void> {
  const sum = () => sandbox.exec(sh(`cd ${directory}; for f in *; do echo "$f"; cat "$f"; done | cksum`));
  const before = await sum();
  await sleep(400);
  assert.equal((await sum()).stdout, before.stdout, "a process is still writing");
}

export function lineReader({ stdout }: ExecStream): () => Promise<string> {
  let held = "";
  const chunks = stdout[Symbol.asyncIterator]();
  return async () => {
    while (!held.includes("\n")) {
      const next = await chunks.next();
      if (next.done === true) throw new Error(`the output ended after ${JSON.stringify(held)}`);
      held += String(next.value);
    }
    const at = held.indexOf("\n");
    const line = held.slice(0, at);
    held = held.slice(at + 1);
    return line;
  };
}
