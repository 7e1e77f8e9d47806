import { userInfo } from "node:os";
import { messageOf } from "@mlebench/base";
import type { ServiceSpec } from "../compose/spec.js";
import { SandboxFileError, SandboxUnavailableError, UnsupportedUserError } from "../errors.js";
import { deferred } from "../exec/deferred.js";
import { endTree, type TreeSignal } from "../exec/end-tree.js";
import {
  type CommandDriver,
  type MarkDriver,
  type OnOutput,
  type RunningCommand,
  runCommand,
} from "../exec/run-command.js";
import { type StreamDriver, type StreamedCommand, streamCommand } from "../exec/stream-command.js";
import { type CommandMark, newCommandMark, wrapCommand } from "../exec/wrapper.js";
import { copyFromFolder } from "../files/from-folder.js";
import { readFileThrough, writeFileThrough } from "../files/in-sandbox.js";
import type {
  CopyOutOptions,
  CopyOutResult,
  ExecOptions,
  ExecResult,
  ExecStream,
  FileData,
  ReadFileOptions,
  Sandbox,
  SandboxCapabilities,
  SandboxPaths,
  StreamOptions,
  WriteFileOptions,
} from "../provider.js";
import { type Layout, locateMounted, locateReal } from "./layout.js";
import type { HostProcess, ProcessHost } from "./process-host.js";
import { type MarkRange, signalDescendants, signalMarked } from "./process-tree.js";
import { limitLines } from "./rlimits.js";

/** After its process has ended, a stream that a daemon keeps open is given up after this long, as Docker does. */
const STREAM_GRACE_MS = 2000;

export interface LocalSandboxOptions {
  readonly id: string;
  readonly layout: Layout;
  /** As commands see them. */
  readonly paths: SandboxPaths;
  readonly service: ServiceSpec;
  readonly env: Readonly<Record<string, string>>;
  readonly marks: MarkRange;
  readonly isolated: boolean;
  readonly host: ProcessHost;
  /** Where commands start, as the host of processes sees it. */
  readonly workingDirectory: string;
  /** Removes what was made for it, or leaves it for a person. */
  readonly onDispose: () => Promise<void>;
}

interface RunningProcess extends RunningCommand {
  readonly process: HostProcess;
}

/** Processes of this machine, in a folder of their own or in bubblewrap's namespaces. */
export class LocalSandbox implements Sandbox {
  readonly id: string;
  readonly provider = "local";
  readonly paths: SandboxPaths;
  readonly capabilities: SandboxCapabilities;
  readonly #options: LocalSandboxOptions;
  readonly #prelude: readonly string[];
  /** Process ids of running commands by mark, for systems where marks cannot be read. */
  readonly #roots = new Map<number, number>();
  readonly #told = new Set<number>();
  #marksGiven = 0;
  #death: string | undefined;
  #disposing: Promise<void> | undefined;

  constructor(options: LocalSandboxOptions) {
    this.#options = options;
    this.id = options.id;
    this.paths = options.paths;
    this.capabilities = { users: false, isolated: options.isolated };
    this.#prelude = limitLines(options.service);
  }

  /** Told by the host of processes that it died. */
  died(facts: string): void {
    this.#death = facts;
  }

  async exec(command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    this.#check(options.user);
    return runCommand(this.#commandDriver(), command, options);
  }

  async stream(command: readonly string[], options: StreamOptions = {}): Promise<ExecStream> {
    this.#check(options.user);
    return streamCommand(this.#streamDriver(), command, options);
  }

  async readFile(path: string, options: ReadFileOptions = {}): Promise<Uint8Array> {
    this.#check(options.user);
    return readFileThrough(this, path, options);
  }

  async writeFile(path: string, data: FileData, options: WriteFileOptions = {}): Promise<void> {
    const owner = options.owner?.split(":")[0];
    this.#check(owner);
    const own = { ...options, owner: undefined };
    await writeFileThrough(this, path, data, own);
  }

  async copyOut(path: string, hostPath: string, options: CopyOutOptions = {}): Promise<CopyOutResult> {
    this.#check(undefined, true);
    options.signal?.throwIfAborted();
    const { layout, isolated } = this.#options;
    const location = isolated ? locateMounted(layout, path) : locateReal(layout, path);
    if (location === undefined) throw new SandboxFileError(path, "permission", "lies outside the sandbox's folder");
    return copyFromFolder(location.base, location.parts, path, hostPath, options);
  }

  connection(): string {
    const { isolated, layout, workingDirectory } = this.#options;
    return `cd ${JSON.stringify(isolated ? layout.root : workingDirectory)}`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposing ??= this.#dispose();
    return this.#disposing;
  }

  async #dispose(): Promise<void> {
    await this.#endAll();
    await this.#options.host.close();
    await this.#options.onDispose();
  }

  async #endAll(): Promise<void> {
    const { marks } = this.#options;
    const signal = (name: TreeSignal) => {
      const marked = signalMarked(name, marks);
      const roots = marked > 0 ? [] : [...this.#roots.values()];
      return Promise.resolve(roots.reduce((count, root) => count + signalDescendants(name, root), marked));
    };
    await endTree({ signal, ended: () => true, graceSeconds: 0 });
  }

  #markDriver(): MarkDriver {
    return {
      newMark: () => this.#newMark(),
      signal: (signal, mark) => this.#signal(signal, mark),
      abandon: () => this.#abandon(),
    };
  }

  #commandDriver(): CommandDriver<RunningProcess> {
    return {
      ...this.#markDriver(),
      start: async (command, mark, options, onOutput) => {
        const child = await this.#spawn(command, mark, options, options.input !== undefined);
        child.stdin?.end(options.input);
        return this.#follow(child, mark, onOutput);
      },
      withoutEnd: async ({ process: child }) => ({ exitCode: await this.#exitCode(child) }),
    };
  }

  #streamDriver(): StreamDriver<RunningProcess & StreamedCommand> {
    return {
      ...this.#markDriver(),
      start: async (command, mark, options, onOutput) => {
        const child = await this.#spawn(command, mark, options, true);
        return {
          ...this.#follow(child, mark, onOutput),
          stdin: child.stdin!,
          pause: (stream) => child[stream].pause(),
          resume: (stream) => child[stream].resume(),
        };
      },
      withoutEnd: ({ process: child }) => this.#exitCode(child),
    };
  }

  async #exitCode(child: HostProcess): Promise<number> {
    const exitCode = await child.exit.catch((error: unknown) => {
      throw this.#unavailable(error);
    });
    if (this.#disposing !== undefined) throw this.#unavailable(undefined);
    return exitCode;
  }

  #follow(child: HostProcess, mark: CommandMark, onOutput: OnOutput): RunningProcess {
    const over = deferred<void>();
    let ended = false;
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
    child.exit.then(finish, finish);
    return { process: child, over: over.promise, ended: () => ended, detach: () => this.#giveUp(child) };
  }

  #giveUp(child: HostProcess): void {
    child.stdout.destroy();
    child.stderr.destroy();
    child.stdin?.destroy();
  }

  async #spawn(
    command: readonly string[],
    mark: CommandMark,
    options: StreamOptions,
    stdin: boolean,
  ): Promise<HostProcess> {
    const { host, env, workingDirectory } = this.#options;
    const wrapped = wrapCommand(command, mark, { cwd: options.cwd, prelude: this.#prelude });
    try {
      const child = await host.spawn(wrapped, { env: { ...env, ...options.env }, cwd: workingDirectory, stdin });
      if (child.pid !== undefined) this.#roots.set(mark.mark, child.pid);
      return child;
    } catch (error) {
      throw this.#unavailable(error);
    }
  }

  #signal(signal: TreeSignal, mark: number): Promise<number> {
    const root = this.#roots.get(mark);
    const marked = signalMarked(signal, { first: mark, last: mark }, this.#told);
    // Marks cannot be read on every system, nor set below somebody else's.
    return Promise.resolve(marked > 0 || root === undefined ? marked : signalDescendants(signal, root, this.#told));
  }

  #newMark(): CommandMark {
    const { first, last } = this.#options.marks;
    const mark = first + (this.#marksGiven % (last - first + 1));
    this.#marksGiven += 1;
    return { ...newCommandMark(), mark };
  }

  async #abandon(): Promise<SandboxUnavailableError> {
    this.#death = "processes of a command would not end.";
    await this.#options.host.close();
    return new SandboxUnavailableError(this.id, "unresponsive", this.#death);
  }

  #unavailable(cause: unknown): SandboxUnavailableError {
    if (this.#disposing !== undefined) {
      return new SandboxUnavailableError(this.id, "disposed", "it was disposed of.", { cause });
    }
    const facts = this.#death ?? messageOf(cause);
    return new SandboxUnavailableError(this.id, "stopped", facts, { cause });
  }

  #check(user: string | undefined, evenDead = false): void {
    if (this.#disposing !== undefined) throw new SandboxUnavailableError(this.id, "disposed", "it was disposed of.");
    if (this.#death !== undefined && !evenDead) throw new SandboxUnavailableError(this.id, "stopped", this.#death);
    if (user === undefined) return;
    const me = userInfo();
    if (user === me.username || user === String(me.uid)) return;
    throw new UnsupportedUserError(user, "local", `commands run as ${me.username}, who runs this program.`);
  }
}
