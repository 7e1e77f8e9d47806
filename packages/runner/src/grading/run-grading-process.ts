import { fork } from "node:child_process";
import { builtFile } from "../built-file.js";
import { passedEnvironment } from "../child-process/passed-environment.js";
import { type GradingAnswer, type GradingRequest, OUT_OF_MEMORY_MARK } from "./grading-messages.js";

const MOST_STDERR_CHARACTERS = 4000;

/** How the process ended. */
export type GradingOutcome =
  | { readonly type: "answer"; readonly answer: GradingAnswer }
  | { readonly type: "time" }
  | { readonly type: "memory" }
  | { readonly type: "crash"; readonly how: string; readonly stderr: string };

export interface GradingProcessOptions {
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs one request in a process of its own, which is gone when this returns.
 * @throws the signal's reason when it is aborted.
 */
export async function runGradingProcess(
  request: GradingRequest,
  { timeoutSeconds, signal }: GradingProcessOptions,
): Promise<GradingOutcome> {
  signal?.throwIfAborted();
  const child = fork(builtFile("grading-process.js"), [], {
    execArgv: [`--max-old-space-size=${Math.ceil(request.maxBytes / 2 ** 20)}`],
    env: passedEnvironment(),
    // Scores may be NaN or infinite, which JSON has no word for.
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = `${stderr}${text}`.slice(-MOST_STDERR_CHARACTERS);
  });
  let answer: GradingAnswer | undefined;
  child.on("message", (message) => {
    answer = message as GradingAnswer;
  });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, timeoutSeconds * 1000);
  const onAbort = (): boolean => child.kill("SIGKILL");
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const how = await new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, name) => resolve(name === null ? `exit code ${code}` : `signal ${name}`));
      child.send(request, () => undefined);
    });
    if (answer) return { type: "answer", answer };
    signal?.throwIfAborted();
    if (timedOut) return { type: "time" };
    if (stderr.includes(OUT_OF_MEMORY_MARK) || stderr.includes("heap out of memory")) return { type: "memory" };
    return { type: "crash", how, stderr };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}
