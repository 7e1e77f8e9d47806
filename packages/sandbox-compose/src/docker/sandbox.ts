import { posix } from "node:path";
import { CommandSandbox, type CommandSandboxOptions } from "../command-sandbox.js";
import { SandboxFileError, type SandboxUnavailableError } from "../errors.js";
import { copyThroughTar } from "../files/copy-through-tar.js";
import { copyFromTar, linkRefused } from "../files/from-tar.js";
import { checkPath } from "../files/in-sandbox.js";
import type { CopyOutOptions, CopyOutResult } from "../provider.js";
import type { HostDiskFacts } from "./disk/disk-limit.js";
import { DiskWatch } from "./disk/disk-watch.js";
import type { GuardedSandbox, HostGuard } from "./disk/host-guard.js";
import type { SandboxDisks } from "./disk/sandbox-disks.js";
import type { Engine } from "./engine.js";
import { EngineError } from "./engine-answers.js";
import { type ExecContext, execDriver, streamDriver } from "./exec.js";
import { Freezer } from "./freezer.js";
import type { Project } from "./project.js";
import { Reaper, SYSTEM_PATH } from "./reaper.js";

const HOST_DISK_HINT =
  "Free space on the disk with containers, or run fewer sandboxes at once; then start the sample again.";

export interface DockerSandboxOptions extends Omit<CommandSandboxOptions, "id"> {
  readonly engine: Engine;
  readonly project: Project;
  readonly containerId: string;
  readonly containerName: string;
  readonly workingDirectory: string;
  readonly user: string | undefined;
  /** Mounts that the engine's archive calls do not see. */
  readonly tmpfsTargets: readonly string[];
  readonly disks: SandboxDisks;
  readonly hostDisk: HostDiskFacts;
  readonly guard: HostGuard;
}

/** One or more containers, of which one runs the commands. */
export class DockerSandbox extends CommandSandbox {
  readonly provider = "docker";
  readonly capabilities = { users: true, isolated: true };
  readonly #options: DockerSandboxOptions;
  readonly #context: ExecContext;
  readonly #reaper: Reaper;
  readonly #diskWatch: DiskWatch;
  readonly #freezer: Freezer;
  readonly #guarded: GuardedSandbox;
  /** Why it was ended from here: for what it wrote itself, or because the host is short of disk. */
  #ended: { readonly reason: "disk" | "daemon"; readonly facts: string } | undefined;

  constructor(options: DockerSandboxOptions) {
    super({ ...options, id: options.project.name });
    const { engine, containerId, disks, hostDisk } = options;
    this.#options = options;
    this.#reaper = new Reaper(engine, containerId);
    this.#context = {
      containerId,
      engine,
      reaper: this.#reaper,
      whyUnavailable: (cause) => this.#whyUnavailable(cause),
      abandon: () => this.#abandon(),
    };
    this.#freezer = new Freezer(engine, containerId);
    const { users } = disks;
    this.#diskWatch = new DiskWatch({ engine, users, hostDisk, onExceeded: (facts) => this.#end("disk", facts) });
    this.#guarded = {
      id: this.id,
      usedBytes: () => disks.usedBytes(),
      end: (facts) => this.#end("daemon", facts),
    };
  }

  /** Makes ready what ends commands later, while the container still has room for it. */
  async start(): Promise<void> {
    await this.#reaper.start();
    await this.#reaper.signal("0", 0);
  }

  /** From here on it has to be disposed of, even if nobody got it. */
  async watchDisk(): Promise<void> {
    this.#diskWatch.start();
    await this.#options.guard.add(this.#guarded);
  }

  protected drivers() {
    return { command: execDriver(this.#context), stream: streamDriver(this.#context) };
  }

  /**
   * Works on a container that has stopped too, except for what was in its memory (tmpfs). Everything in a running one is
   * stopped meanwhile.
   */
  async copyOut(path: string, hostPath: string, options: CopyOutOptions = {}): Promise<CopyOutResult> {
    this.requireUsable();
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

  protected close(): void {
    this.#reaper.close();
    this.#diskWatch.stop();
    this.#options.guard.remove(this.#guarded);
  }

  protected async remove(): Promise<readonly string[]> {
    const failures = await this.#options.project.remove();
    this.#options.disks.released();
    return failures;
  }

  async #whyUnavailable(cause?: unknown): Promise<SandboxUnavailableError | undefined> {
    const disposed = this.whyDisposed(cause);
    if (disposed !== undefined) return disposed;
    const { engine, containerId, containerName } = this.#options;
    try {
      const state = await engine.inspectContainer(containerId);
      if (state.running) return undefined;
      if (this.#ended !== undefined) {
        const { reason, facts } = this.#ended;
        return this.unavailable(reason, facts, { hint: reason === "daemon" ? HOST_DISK_HINT : undefined, cause });
      }
      const words = await engine.lastWords(containerId);
      const facts = `container ${containerName} is ${state.status} with exit code ${state.exitCode}.${words}`;
      const outOfMemory = state.oomKilled && state.exitCode === 137;
      return this.unavailable(outOfMemory ? "out-of-memory" : "stopped", facts, { cause });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.status === 404) {
        return this.unavailable("removed", `container ${containerName} does not exist any more.`, {
          cause,
        });
      }
      return this.unavailable("daemon", error.message, { cause: error });
    }
  }

  async #abandon(): Promise<SandboxUnavailableError> {
    const { engine, containerId } = this.#options;
    await engine.killContainer(containerId).catch(() => undefined);
    return this.unavailable("unresponsive", "processes of a command would not end, so the container was killed.");
  }

  /** Kills all of its containers, so that the host's disk stays what the others can use. */
  #end(reason: "disk" | "daemon", facts: string): void {
    const { engine, project, onProgress } = this.#options;
    this.#ended ??= { reason, facts };
    onProgress?.({ type: "warning", message: `${this.id} was ended: ${facts}` });
    for (const name of project.containers.values()) engine.killContainer(name).catch(() => undefined);
  }

  async #refuseLinks(path: string): Promise<void> {
    let prefix = "";
    for (const part of path.split("/").filter((one) => one !== "")) {
      prefix += `/${part}`;
      const facts = await this.#options.engine.pathFacts(this.#options.containerId, prefix);
      if (facts === undefined) throw new SandboxFileError(path, "not-found", "there is no such file or folder");
      if (facts.kind === "link") throw linkRefused(path, prefix);
      if (facts.kind === "special") throw new SandboxFileError(path, "not-a-file", "is a device, socket or pipe");
    }
  }
}
