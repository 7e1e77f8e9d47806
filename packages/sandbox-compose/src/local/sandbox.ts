import { userInfo } from "node:os";
import { messageOf } from "@mlebench/base";
import { blame } from "../blame.js";
import { CommandSandbox, type CommandSandboxOptions } from "../command-sandbox.js";
import type { ServiceSpec } from "../compose/spec.js";
import { SandboxFileError, type SandboxUnavailableError, UnsupportedUserError } from "../errors.js";
import { type CommandMark, CommandMarks, type MarkRange } from "../exec/command-marks.js";
import { deferred } from "../exec/deferred.js";
import { endTree, type TreeSignal } from "../exec/end-tree.js";
import type { CommandDriver, MarkDriver, OnOutput, RunningCommand } from "../exec/run-command.js";
import type { StreamDriver, StreamedCommand } from "../exec/stream-command.js";
import { wrapCommand } from "../exec/wrapper.js";
import { copyFromFolder } from "../files/from-folder.js";
import type { CopyOutOptions, CopyOutResult, FileData, StreamOptions, WriteFileOptions } from "../provider.js";
import { type Layout, locateMounted, locateReal } from "./layout.js";
import type { HostProcess, ProcessHost } from "./process-host.js";
import { inRange, signalDescendants, signalMarked } from "./process-tree.js";
import { limitLines } from "./rlimits.js";

/** After its process has ended, a stream that a daemon keeps open is given up after this long, as Docker does. */
const STREAM_GRACE_MS = 2000;
/** For a command that does nothing, on a machine that others keep busy. */
const ANSWER_SECONDS = 30;

export interface LocalSandboxOptions extends CommandSandboxOptions {
  readonly layout: Layout;
  readonly service: ServiceSpec;
  readonly env: Readonly<Record<string, string>>;
  readonly marks: MarkRange;
  readonly isolated: boolean;
  readonly host: ProcessHost;
  /** Where commands start, as the host of processes sees it. */
  readonly workingDirectory: string;
  /** Removes what was made for it. */
  readonly remove: () => Promise<void>;
}

interface RunningProcess extends RunningCommand {
  readonly process: HostProcess;
}

/** Processes of this machine, in a folder of their own or in bubblewrap's namespaces. */
export class LocalSandbox extends CommandSandbox {
  readonly provider = "local";
  readonly capabilities;
  readonly #options: LocalSandboxOptions;
  readonly #prelude: readonly string[];
  /** Process ids of running commands by mark, for systems where marks cannot be read. */
  readonly #roots = new Map<number, number>();
  readonly #told = new Set<number>();
  /** Why it was ended from here, or was found to have ended: the first answer stays the answer. */
  #end: SandboxUnavailableError | undefined;
  readonly #marks: CommandMarks;

  constructor(options: LocalSandboxOptions) {
    super(options);
    this.#options = options;
    this.#marks = new CommandMarks(options.marks);
    this.capabilities = { users: false, isolated: options.isolated };
    this.#prelude = limitLines(options.service);
  }

  /** Told by the host of processes that it died. */
  died(facts: string, fromInside: boolean): void {
    const byOthers = fromInside ? undefined : "ended from outside";
    const causedBy = blame({ reason: "stopped", byOthers, watched: true });
    this.#end ??= this.unavailable("stopped", facts, { causedBy });
  }

  protected drivers() {
    const marks: MarkDriver = {
      provider: this.provider,
      // No group: whoever may give one may leave it, too.
      newMark: () => {
        const { mark, token } = this.#marks.next();
        return { mark, token };
      },
      signal: (signal, mark) => this.#signal(signal, mark),
      abandon: () => this.#abandon(),
    };
    const command: CommandDriver<RunningProcess> = {
      ...marks,
      start: async (words, mark, options, onOutput) => {
        const child = await this.#spawn(words, mark, options, options.input !== undefined);
        child.stdin?.end(options.input);
        return this.#follow(child, mark, onOutput);
      },
      withoutEnd: async ({ process: child }) => ({ exitCode: await this.#exitCode(child) }),
    };
    const stream: StreamDriver<RunningProcess & StreamedCommand> = {
      ...marks,
      start: async (words, mark, options, onOutput) => {
        const child = await this.#spawn(words, mark, options, true);
        return {
          ...this.#follow(child, mark, onOutput),
          stdin: child.stdin!,
          pause: (name) => child[name].pause(),
          resume: (name) => child[name].resume(),
        };
      },
      withoutEnd: ({ process: child }) => this.#exitCode(child),
    };
    return { command, stream };
  }

  /** Whoever owns the files is the only user there is. */
  override async writeFile(path: string, data: FileData, options: WriteFileOptions = {}): Promise<void> {
    this.requireUsable(options.owner?.split(":")[0]);
    await super.writeFile(path, data, { ...options, owner: undefined });
  }

  async copyOut(path: string, hostPath: string, options: CopyOutOptions = {}): Promise<CopyOutResult> {
    // Files outlive the host of processes.
    super.requireUsable();
    options.signal?.throwIfAborted();
    const { layout, isolated } = this.#options;
    const location = isolated ? locateMounted(layout, path) : locateReal(layout, path);
    if (location === undefined) throw new SandboxFileError(path, "permission", "lies outside the sandbox's folder");
    return copyFromFolder(location.base, location.parts, path, hostPath, options);
  }

  async whyUnavailable(): Promise<SandboxUnavailableError | undefined> {
    if (this.whyDisposed() !== undefined || this.#end !== undefined) return this.whyDisposed() ?? this.#end;
    // What was stopped (SIGSTOP) does not say so: it only answers no more.
    await this.exec(["true"], { timeoutSeconds: ANSWER_SECONDS }).catch(() => undefined);
    return this.#end;
  }

  connection(): string {
    const { isolated, layout, workingDirectory } = this.#options;
    return `cd ${JSON.stringify(isolated ? layout.root : workingDirectory)}`;
  }

  protected async close(): Promise<void> {
    const { marks } = this.#options;
    const signal = (name: TreeSignal) => {
      const marked = signalMarked(name, inRange(marks));
      const roots = marked > 0 ? [] : [...this.#roots.values()];
      return Promise.resolve(roots.reduce((count, root) => count + signalDescendants(name, root), marked));
    };
    await endTree({ signal, ended: () => true, graceSeconds: 0 });
    await this.#options.host.close();
  }

  protected async remove(): Promise<readonly string[]> {
    await this.#options.remove();
    return [];
  }

  async #exitCode(child: HostProcess): Promise<number> {
    const exitCode = await child.exit.catch((error: unknown) => {
      throw this.#died(error);
    });
    const disposed = this.whyDisposed();
    if (disposed !== undefined) throw disposed;
    return exitCode;
  }

  #follow(child: HostProcess, mark: CommandMark, onOutput: OnOutput): RunningProcess {
    const over = deferred<void>();
    let ended = false;
    let exitCode: number | undefined;
    let open = 2;
    const closed = () => {
      open -= 1;
      if (open === 0) over.resolve();
    };
    // A command need not read its input.
    child.stdin?.on("error", () => undefined);
    child.stdout.on("data", (chunk: Buffer) => onOutput("stdout", chunk));
    child.stderr.on("data", (chunk: Buffer) => onOutput("stderr", chunk));
    child.stdout.once("close", closed);
    child.stderr.once("close", closed);
    const finish = () => {
      ended = true;
      this.#roots.delete(mark.mark);
      setTimeout(over.resolve, STREAM_GRACE_MS).unref();
    };
    child.exit.then((code) => {
      exitCode = code;
      finish();
    }, finish);
    const detach = () => {
      for (const stream of [child.stdout, child.stderr, child.stdin]) stream?.destroy();
    };
    return {
      process: child,
      over: over.promise,
      ended: () => ended,
      askExit: () => Promise.resolve(exitCode === undefined ? undefined : { exitCode }),
      detach,
    };
  }

  async #spawn(
    command: readonly string[],
    mark: CommandMark,
    options: StreamOptions,
    stdin: boolean,
  ): Promise<HostProcess> {
    const { host, env, workingDirectory } = this.#options;
    const { command: wrapped, variables } = wrapCommand(command, mark, { cwd: options.cwd, prelude: this.#prelude });
    const all = { ...env, ...options.env, ...variables };
    try {
      const child = await host.spawn(wrapped, { env: all, cwd: workingDirectory, stdin });
      if (child.pid !== undefined) this.#roots.set(mark.mark, child.pid);
      return child;
    } catch (error) {
      throw this.#died(error);
    }
  }

  async #signal(signal: TreeSignal, { mark }: CommandMark): Promise<number> {
    const { host } = this.#options;
    const isKnown = (limit: number) => this.#marks.isKnown(limit);
    const strangers = host.root === undefined ? undefined : { root: host.root, isKnown };
    const send = () => signalMarked(signal, { isMark: (limit) => limit === mark, strangers }, this.#told);
    const stops = signal === "LOOK" || signal === "KILL" || signal === "SWEEP";
    const marked = stops && host.whileStopped !== undefined ? await host.whileStopped(send) : send();
    const root = this.#roots.get(mark);
    // Marks cannot be read on every system, nor set below somebody else's.
    return marked > 0 || root === undefined ? marked : signalDescendants(signal, root, this.#told);
  }

  async #abandon(): Promise<SandboxUnavailableError> {
    this.#end ??= this.unavailable("unresponsive", "processes of a command would not end.", {
      causedBy: blame({ reason: "unresponsive", watched: true }),
    });
    await this.#options.host.close();
    return this.#end;
  }

  #died(cause: unknown): SandboxUnavailableError {
    return this.whyDisposed(cause) ?? this.#end ?? this.unavailable("stopped", messageOf(cause), { cause });
  }

  protected override requireUsable(user?: string): void {
    super.requireUsable();
    if (this.#end !== undefined) throw this.#end;
    if (user === undefined) return;
    const me = userInfo();
    if (user === me.username || user === String(me.uid)) return;
    throw new UnsupportedUserError(user, "local", `commands run as ${me.username}, who runs this program.`);
  }
}
