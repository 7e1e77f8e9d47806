import { fork } from "node:child_process";
import type { PrepareProgress, PrepareResult } from "@mlebench/data-prep";
import { builtFile } from "../../built-file.js";
import { passedEnvironment } from "../../child-process/passed-environment.js";
import { type RaisedError, raisedError } from "../../child-process/raised-error.js";
import {
  OUT_OF_MEMORY_MARK,
  type ParentMessage,
  type ParentWork,
  type PreparationMessage,
  type PreparationRequest,
} from "./preparation-messages.js";

const MOST_STDERR_CHARACTERS = 4000;
/** What a preparation gets to clean up after it was told to stop; one in a loop never hears of it. */
const GRACE_MILLISECONDS = 5000;

/** How the process ended. */
export type PreparationOutcome =
  | { readonly type: "result"; readonly result: PrepareResult }
  | { readonly type: "error"; readonly error: RaisedError }
  | { readonly type: "memory" }
  | { readonly type: "crash"; readonly how: string; readonly stderr: string };

export interface PreparationProcessOptions {
  /** Does what the process asks for. */
  readonly work: (work: ParentWork, args: readonly string[]) => Promise<string | Uint8Array>;
  readonly onProgress: (progress: PrepareProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Prepares one competition in a process of its own, which is gone when this returns, with all that it started. When this
 * process ends, however it does, that one ends too.
 * @throws the signal's reason when it is aborted, and what `work` throws.
 */
export async function runPreparationProcess(
  request: PreparationRequest,
  { work, onProgress, signal }: PreparationProcessOptions,
): Promise<PreparationOutcome> {
  signal?.throwIfAborted();
  const child = fork(builtFile("preparation-process.js"), [], {
    execArgv: [`--max-old-space-size=${Math.ceil(request.maxBytes / 2 ** 20)}`],
    // A user's plug-in may read settings of its own.
    env: request.plugIns.length > 0 ? process.env : passedEnvironment(),
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    // Its own process group: Ctrl-C reaches the parent only, which then says what to do, and a kill reaches them all.
    detached: true,
  });
  const send = (message: ParentMessage): void => {
    if (child.connected) child.send(message, () => undefined);
  };
  const kill = (): void => killGroup(child.pid);
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = `${stderr}${text}`.slice(-MOST_STDERR_CHARACTERS);
  });
  const failures = new Map<number, unknown>();
  let last: Extract<PreparationMessage, { type: "result" | "error" }> | undefined;
  child.on("message", (message: PreparationMessage) => {
    if (message.type === "progress") onProgress(message.progress);
    else if (message.type === "call") {
      const { call } = message;
      work(message.work, message.args).then(
        (value) => send({ type: "answer", call, value }),
        (error) => {
          failures.set(call, error);
          send({ type: "failure", call, error: raisedError(error) });
        },
      );
    } else last = message;
  });
  let grace: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    send({ type: "abort" });
    grace = setTimeout(kill, GRACE_MILLISECONDS);
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const how = await new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, name) => resolve(name === null ? `exit code ${code}` : `signal ${name}`));
      send({ type: "prepare", request });
    });
    if (last?.type === "result") return last;
    signal?.throwIfAborted();
    if (last?.call !== undefined && failures.has(last.call)) throw failures.get(last.call);
    if (last) return { type: "error", error: last.error };
    if (stderr.includes(OUT_OF_MEMORY_MARK) || stderr.includes("heap out of memory")) return { type: "memory" };
    return { type: "crash", how, stderr };
  } finally {
    clearTimeout(grace);
    signal?.removeEventListener("abort", onAbort);
    kill();
  }
}

/** The process and what it started; nothing is left of most. */
function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // All are gone.
  }
}
