import { posix } from "node:path";
import { SandboxFileError, SandboxUnavailableError } from "../errors.js";
import { runCommand } from "../exec/run-command.js";
import { streamCommand } from "../exec/stream-command.js";
import { copyThroughTar } from "../files/copy-through-tar.js";
import { copyFromTar, linkRefused } from "../files/from-tar.js";
import { checkPath, readFileThrough, writeFileThrough } from "../files/in-sandbox.js";
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
  SandboxEvent,
  SandboxPaths,
  StreamOptions,
  WriteFileOptions,
} from "../provider.js";
import { type DiskUser, DiskWatch, type FreeBytes } from "./disk-limit.js";
import type { Engine } from "./engine.js";
import { EngineError } from "./engine-answers.js";
import { type ExecContext, execDriver } from "./exec.js";
import { Freezer } from "./freezer.js";
import type { Project } from "./project.js";
import { Reaper, SYSTEM_PATH } from "./reaper.js";
import { streamDriver } from "./stream.js";

const LOG_LINES = 20;
const DISK_HINT = "Write less, or raise storage_opt.size of the service (0 is no limit).";

export interface DockerSandboxOptions {
  readonly engine: Engine;
  readonly project: Project;
  readonly containerId: string;
  readonly containerName: string;
  readonly workingDirectory: string;
  readonly user: string | undefined;
  readonly paths: SandboxPaths;
  /** Mounts that the engine's archive calls do not see. */
  readonly tmpfsTargets: readonly string[];
  /** Containers whose disk has to be watched. */
  readonly diskUsers: readonly DiskUser[];
  readonly freeBytes: FreeBytes;
  readonly keep: boolean;
  readonly onProgress: ((event: SandboxEvent) => void) | undefined;
  /** Called once it is gone, or kept. */
  readonly onGone: () => void;
}

/** One or more containers, of which one runs the commands. */
export class DockerSandbox implements Sandbox {
  readonly id: string;
  readonly provider = "docker";
  readonly paths: SandboxPaths;
  readonly capabilities: SandboxCapabilities = { users: true, isolated: true };
  readonly #options: DockerSandboxOptions;
  readonly #context: ExecContext;
  readonly #reaper: Reaper;
  readonly #diskWatch: DiskWatch;
  readonly #freezer: Freezer;
  /** Why it was ended from here. */
  #overuse: string | undefined;
  #disposing: Promise<void> | undefined;

  constructor(options: DockerSandboxOptions) {
    this.#options = options;
    this.id = options.project.name;
    this.paths = options.paths;
    this.#reaper = new Reaper(options.engine, options.containerId);
    this.#context = {
      containerId: options.containerId,
      engine: options.engine,
      reaper: this.#reaper,
      whyUnavailable: (cause) => this.#whyUnavailable(cause),
      abandon: () => this.#abandon(),
    };
    this.#freezer = new Freezer(options.engine, options.containerId);
    this.#diskWatch = new DiskWatch({
      engine: options.engine,
      users: options.diskUsers,
      freeBytes: options.freeBytes,
      onExceeded: (facts) => this.#endForDisk(facts),
    });
  }

  /** Makes ready what ends commands later, while the container still has room for it. */
  async start(): Promise<void> {
    await this.#reaper.start();
    await this.#reaper.signal("0", 0);
  }

  /** From here on it has to be disposed of, even if nobody got it. */
  watchDisk(): void {
    this.#diskWatch.start();
  }

  async exec(command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    this.#assertUsable();
    return runCommand(execDriver(this.#context), command, options);
  }

  async stream(command: readonly string[], options: StreamOptions = {}): Promise<ExecStream> {
    this.#assertUsable();
    return streamCommand(streamDriver(this.#context), command, options);
  }

  async readFile(path: string, options: ReadFileOptions = {}): Promise<Uint8Array> {
    this.#assertUsable();
    return readFileThrough(this, path, options);
  }

  async writeFile(path: string, data: FileData, options: WriteFileOptions = {}): Promise<void> {
    this.#assertUsable();
    await writeFileThrough(this, path, data, options);
  }

  /**
   * Works on a container that has stopped too, except for what was in its memory (tmpfs). Everything in a running one is
   * stopped meanwhile.
   */
  async copyOut(path: string, hostPath: string, options: CopyOutOptions = {}): Promise<CopyOutResult> {
    this.#assertUsable();
    options.signal?.throwIfAborted();
    checkPath(path);
    const absolute = posix.resolve(this.#options.workingDirectory, path);
    try {
      if (this.#options.tmpfsTargets.some((target) => absolute === target || absolute.startsWith(`${target}/`))) {
        // Only the container's own processes see what is in memory.
        const asRoot = { user: "0:0", env: { PATH: SYSTEM_PATH } };
        return await copyThroughTar(this, absolute, hostPath, { ...options, ...asRoot });
      }
      return await this.#freezer.during(async () => {
        options.signal?.throwIfAborted();
        await this.#refuseLinks(absolute);
        const archive = await this.#options.engine.archive(this.#options.containerId, absolute);
        return copyFromTar(archive, absolute, hostPath, options);
      });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      // Such as a link that leads to itself.
      throw (
        (await this.#whyUnavailable(error)) ?? new SandboxFileError(path, "failed", error.message, { cause: error })
      );
    }
  }

  connection(): string {
    const { containerName, user } = this.#options;
    return `docker exec -it ${user === undefined ? "" : `--user ${user} `}${containerName} bash --login`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposing ??= this.#dispose();
    return this.#disposing;
  }

  async #dispose(): Promise<void> {
    const { project, keep, onProgress, onGone } = this.#options;
    this.#reaper.close();
    this.#diskWatch.stop();
    try {
      if (keep) {
        onProgress?.({ type: "sandbox-kept", id: this.id, connection: this.connection() });
        return;
      }
      const failures = await project.remove();
      for (const failure of failures) onProgress?.({ type: "warning", message: `not removed: ${failure}` });
      if (failures.length === 0) onProgress?.({ type: "sandbox-down", id: this.id });
    } finally {
      onGone();
    }
  }

  #assertUsable(): void {
    if (this.#disposing !== undefined) throw new SandboxUnavailableError(this.id, "disposed", "it was disposed of.");
  }

  async #whyUnavailable(cause?: unknown): Promise<SandboxUnavailableError | undefined> {
    if (this.#disposing !== undefined)
      return new SandboxUnavailableError(this.id, "disposed", "it was disposed of.", { cause });
    const { engine, containerId, containerName } = this.#options;
    try {
      const state = await engine.inspectContainer(containerId);
      if (state.running) return undefined;
      if (this.#overuse !== undefined) {
        return new SandboxUnavailableError(this.id, "stopped", this.#overuse, { hint: DISK_HINT, cause });
      }
      const logs = (await engine.logsTail(containerId, LOG_LINES).catch(() => "")).trim();
      const facts = `container ${containerName} is ${state.status} with exit code ${state.exitCode}.${logs === "" ? "" : ` Its last output: ${logs}`}`;
      const outOfMemory = state.oomKilled && state.exitCode === 137;
      return new SandboxUnavailableError(this.id, outOfMemory ? "out-of-memory" : "stopped", facts, { cause });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.status === 404) {
        return new SandboxUnavailableError(this.id, "removed", `container ${containerName} does not exist any more.`, {
          cause,
        });
      }
      return new SandboxUnavailableError(this.id, "daemon", error.message, { cause: error });
    }
  }

  async #abandon(): Promise<SandboxUnavailableError> {
    const { engine, containerId } = this.#options;
    await engine.killContainer(containerId).catch(() => undefined);
    return new SandboxUnavailableError(
      this.id,
      "unresponsive",
      "processes of a command would not end, so the container was killed.",
    );
  }

  /** Kills all of its containers, so that the host's disk stays what the others can use. */
  #endForDisk(facts: string): void {
    const { engine, project, onProgress } = this.#options;
    this.#overuse = facts;
    onProgress?.({ type: "warning", message: `${this.id} was ended: ${facts}` });
    for (const name of project.containers.values()) engine.killContainer(name).catch(() => undefined);
  }

  async #refuseLinks(path: string): Promise<void> {
    const parts = path.split("/").filter((part) => part !== "");
    for (let length = 1; length <= parts.length; length += 1) {
      const prefix = `/${parts.slice(0, length).join("/")}`;
      const facts = await this.#options.engine.pathFacts(this.#options.containerId, prefix);
      if (facts === undefined) throw new SandboxFileError(path, "not-found", "there is no such file or folder");
      if (facts.kind === "link") throw linkRefused(path, prefix);
      if (facts.kind === "special") throw new SandboxFileError(path, "not-a-file", "is a device, socket or pipe");
    }
  }
}
