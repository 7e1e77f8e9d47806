import { fork } from "node:child_process";
import { type CodedErrorOptions, startTimer } from "@mlebench/base";
import { builtFile } from "../built-file.js";
import { killGroup, OUT_OF_MEMORY_MARK } from "./guard-process.js";

const MOST_STDERR_CHARACTERS = 4000;
/** All that a child process may see of the environment: no keys. */
const PASSED_VARIABLES = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "LANG", "LC_ALL", "TZ"];

/** Bounds of a process, and what is said to it and by it. */
export interface BoundedProcessOptions<Sent extends object, Received, Answer> {
  /** The process is ended when it holds more than this. */
  readonly memoryMiB: number;
  /** @default no limit */
  readonly timeoutSeconds?: number;
  /** @default no keys: the few variables that any program may see */
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** What the process is told when the signal is aborted, and what it then gets to clean up. @default it is ended at once */
  readonly onAbort?: { readonly message: Sent; readonly graceMilliseconds: number };
  /** Hears each message. @returns the answer, when that was it. */
  readonly onMessage: (message: Received, send: (message: Sent) => void) => Answer | undefined;
}

/** How a bounded process ended. */
export type BoundedOutcome<Answer> = { readonly type: "answer"; readonly answer: Answer } | BoundedFailure;

/** Why a bounded process gave no answer. */
export type BoundedFailure =
  | { readonly type: "time" }
  | { readonly type: "memory" }
  | { readonly type: "crash"; readonly how: string; readonly stderr: string };

/**
 * Sends one request to a program in a process of its own, which is gone when this returns, with all that it started.
 * When this process ends, however it does, that one ends too.
 * @param program name of the built file; it calls `guardProcess` first.
 * @throws the signal's reason when it is aborted before there is an answer.
 */
export async function runBoundedProcess<Sent extends object, Received, Answer>(
  program: string,
  request: Sent,
  options: BoundedProcessOptions<Sent, Received, Answer>,
): Promise<BoundedOutcome<Answer>> {
  const { memoryMiB, timeoutSeconds = Number.POSITIVE_INFINITY, signal } = options;
  signal?.throwIfAborted();
  const child = fork(builtFile(program), [String(memoryMiB * 2 ** 20)], {
    execArgv: [`--max-old-space-size=${Math.ceil(memoryMiB)}`],
    env: options.env ?? passedEnvironment(),
    // Scores may be NaN or infinite, which JSON has no word for.
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    // Its own process group: Ctrl-C reaches the parent only, which then says what to do, and a kill reaches them all.
    detached: true,
  });
  const send = (message: Sent): void => {
    if (child.connected) child.send(message, () => undefined);
  };
  const kill = (): void => {
    if (child.pid !== undefined) killGroup(child.pid);
  };
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = `${stderr}${text}`.slice(-MOST_STDERR_CHARACTERS);
  });
  let answer: Answer | undefined;
  child.on("message", (message) => {
    answer = options.onMessage(message as Received, send) ?? answer;
  });
  let isLate = false;
  const forgetLimit = startTimer(timeoutSeconds * 1000, () => {
    isLate = true;
    kill();
  });
  let forgetGrace = (): void => undefined;
  const abort = (): void => {
    if (options.onAbort !== undefined) send(options.onAbort.message);
    forgetGrace = startTimer(options.onAbort?.graceMilliseconds ?? 0, kill);
  };
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const how = await new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      // What it started may hold its stderr open.
      child.once("exit", kill);
      child.once("close", (code, name) => resolve(name === null ? `exit code ${code}` : `signal ${name}`));
      send(request);
    });
    if (answer !== undefined) return { type: "answer", answer };
    signal?.throwIfAborted();
    if (isLate) return { type: "time" };
    if (stderr.includes(OUT_OF_MEMORY_MARK) || stderr.includes("heap out of memory")) return { type: "memory" };
    return { type: "crash", how, stderr };
  } finally {
    forgetLimit();
    forgetGrace();
    signal?.removeEventListener("abort", abort);
    kill();
  }
}

/** The part of this process's environment that a child process gets. */
function passedEnvironment(): Record<string, string> {
  const set = (name: string): [string, string][] => (process.env[name] ? [[name, process.env[name]]] : []);
  return Object.fromEntries(PASSED_VARIABLES.flatMap(set));
}

/** The work of a bounded process, for the errors about it. */
export interface BoundedWork {
  /** What it did, as the beginning of a sentence: "Preparing leaf-classification". */
  readonly name: string;
  /** What the codes begin with. */
  readonly code: string;
  readonly memoryMiB?: number;
  readonly timeoutSeconds?: number;
  readonly hints: Readonly<Partial<Record<BoundedFailure["type"], string>>>;
}

/** What an error about a bounded process without an answer is made of. */
export function describeFailure(
  failure: BoundedFailure,
  { name, code, memoryMiB, timeoutSeconds, hints }: BoundedWork,
): CodedErrorOptions {
  const hint = hints[failure.type];
  switch (failure.type) {
    case "time":
      return { code: `${code}_TIME`, message: `${name} took more than ${timeoutSeconds} seconds and was ended.`, hint };
    case "memory":
      return {
        code: `${code}_MEMORY`,
        message: `${name} needed more than ${memoryMiB} MiB of memory and was ended.`,
        hint,
      };
    case "crash": {
      const said = failure.stderr.trim();
      return {
        code: `${code}_CRASH`,
        message: `The process that was ${name.charAt(0).toLowerCase()}${name.slice(1)} broke down (${failure.how}).`,
        hint,
        cause: said === "" ? undefined : new Error(said),
      };
    }
  }
}
