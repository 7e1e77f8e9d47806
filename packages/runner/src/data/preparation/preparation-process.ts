// The process in which one competition is prepared, so that several use several cores and one that runs out of memory
// or crashes takes nothing with it.
import { statSync } from "node:fs";
import type { PrepareProgress } from "@mlebench/data-prep";
import { guardProcess } from "../../child-process/guard-process.js";
import { fromRaised, type RaisedError, raisedError } from "../../child-process/raised-error.js";
import { RunnerError } from "../../errors.js";
import { loadPlugInsInto, registryWith } from "../../plug-in/registry-with.js";
import type { ParentMessage, ParentWork, PreparationMessage, PreparationRequest } from "./preparation-messages.js";

const PROGRESS_MILLISECONDS = 100;
const [STICKY, GROUP_WRITE, OTHERS_WRITE] = [0o1000, 0o020, 0o002];

/** Work that the parent process was asked for failed there. */
class ParentWorkError extends RunnerError {
  readonly call: number;

  constructor(call: number, error: RaisedError) {
    super(fromRaised(error, "RUNNER_PREPARATION"));
    this.call = call;
  }
}

/** The child's side of asking the parent process to do something and waiting for it. */
class ParentCalls {
  readonly #waiting = new Map<number, { resolve: (value: string | Uint8Array) => void; reject: (e: Error) => void }>();
  readonly #send: (call: number, work: ParentWork, args: readonly string[]) => void;
  #last = 0;

  constructor(send: (call: number, work: ParentWork, args: readonly string[]) => void) {
    this.#send = send;
  }

  /** @throws ParentWorkError */
  ask(work: ParentWork, ...args: readonly string[]): Promise<string | Uint8Array> {
    this.#last += 1;
    const call = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject });
      this.#send(call, work, args);
    });
  }

  settle(message: Extract<ParentMessage, { type: "answer" | "failure" }>): void {
    const waiting = this.#waiting.get(message.call);
    this.#waiting.delete(message.call);
    if (message.type === "answer") waiting?.resolve(message.value);
    else waiting?.reject(new ParentWorkError(message.call, message.error));
  }
}

const stop = new AbortController();
const parent = new ParentCalls((call, work, args) => send({ type: "call", call, work, args }));

guardProcess();
process.on("message", (message: ParentMessage) => {
  if (message.type === "prepare") void serve(message.request);
  else if (message.type === "abort") stop.abort();
  else parent.settle(message);
});

function send(message: PreparationMessage, onSent?: () => void): void {
  process.send?.(message, () => onSent?.());
}

async function serve(request: PreparationRequest): Promise<void> {
  const last = await prepare(request).catch(
    (error: unknown): PreparationMessage => ({
      type: "error",
      error: raisedError(error),
      call: error instanceof ParentWorkError ? error.call : undefined,
    }),
  );
  send(last, () => process.exit(0));
}

async function prepare({ competition, options, offers, plugIns }: PreparationRequest): Promise<PreparationMessage> {
  const { findCompetition, registerCompetition } = await import("@mlebench/competitions");
  const { definePreparer, prepareCompetition, registerPreparer } = await import("@mlebench/data-prep");
  shareWith(options.dataDir);
  if (plugIns.length > 0) {
    const { InvalidSubmissionError } = await import("@mlebench/grader");
    const registry = registryWith({ registerCompetition, definePreparer, registerPreparer, InvalidSubmissionError });
    await loadPlugInsInto(registry, plugIns);
  }
  if (!findCompetition(competition.id)) registerCompetition({ competition });
  const result = await prepareCompetition(competition.id, {
    ...options,
    signal: stop.signal,
    onProgress: sparingly((progress) => send({ type: "progress", progress })),
    download: offers.includes("download")
      ? async (_id, directory) => String(await parent.ask("download", directory))
      : undefined,
    description: offers.includes("description") ? () => parent.ask("description") : undefined,
    fetchFile: offers.includes("fetchFile")
      ? async (url, path) => void (await parent.ask("fetchFile", url, path))
      : undefined,
  });
  return { type: "result", result };
}

/**
 * Who may write in the data directory may write in what is made in it, so that a group can share one. Where the sticky bit
 * keeps users apart, as in /tmp, it is the group alone.
 */
function shareWith(dataDir: string): void {
  const mode = statSync(dataDir, { throwIfNoEntry: false })?.mode ?? 0;
  process.umask(process.umask() & ~(mode & (mode & STICKY ? GROUP_WRITE : GROUP_WRITE | OTHERS_WRITE)));
}

/** Every new stage or step, and of each only as much as a person can read. */
function sparingly(report: (progress: PrepareProgress) => void): (progress: PrepareProgress) => void {
  let name: string | undefined;
  let next = 0;
  return (progress) => {
    const now = performance.now();
    const isNew = name !== `${progress.stage} ${progress.step}`;
    if (!isNew && now < next) return;
    name = `${progress.stage} ${progress.step}`;
    next = now + PROGRESS_MILLISECONDS;
    report(progress);
  };
}
