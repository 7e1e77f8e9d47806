import { posix } from "node:path";
import { blame } from "../blame.js";
import { CommandSandbox, type CommandSandboxOptions } from "../command-sandbox.js";
import { SandboxFileError, type SandboxUnavailableError } from "../errors.js";
import { SYSTEM_PATH } from "../exec/become-user.js";
import { CommandMarks } from "../exec/command-marks.js";
import { copyThroughTar } from "../files/copy-through-tar.js";
import { copyFromTar, linkRefused } from "../files/from-tar.js";
import { checkPath } from "../files/in-sandbox.js";
import type { CopyOutOptions, CopyOutResult } from "../provider.js";
import type { ContainerEvents } from "./container-events.js";
import type { HostDiskFacts } from "./disk/disk-limit.js";
import { DiskWatch } from "./disk/disk-watch.js";
import type { GuardedSandbox, HostGuard } from "./disk/host-guard.js";
import type { SandboxDisks } from "./disk/sandbox-disks.js";
import type { Engine } from "./engine.js";
import { EngineError } from "./engine-answers.js";
import { type ExecContext, execDriver, streamDriver, withoutLoaders } from "./exec.js";
import { Freezer } from "./freezer.js";
import { hostRanOutOfMemory } from "./host-memory.js";
import type { Project } from "./project.js";
import { Reaper } from "./reaper.js";

/** What the engine says of a path that only an agent makes, such as a link that leads to itself. */
const ODD_PATH = /symbolic link|too long|not a directory/i;
/** The exit code of what KILL ended. */
const KILLED = 137;
const HOST_DISK_HINT =
  "Free space on the disk with containers, or run fewer sandboxes at once; then start the sample again.";

export interface DockerSandboxOptions extends Omit<CommandSandboxOptions, "id"> {
  readonly engine: Engine;
  readonly project: Project;
  readonly containerId: string;
  readonly containerName: string;
  /** What is done to the container from outside. */
  readonly events: ContainerEvents;
  readonly workingDirectory: string;
  /** Who commands run as unless somebody else is named; undefined is root. */
  readonly user: string | undefined;
  /** Variables that the container was made with. */
  readonly env: Readonly<Record<string, string>>;
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
  #context: ExecContext;
  readonly #diskWatch: DiskWatch;
  readonly #freezer: Freezer;
  readonly #guarded: GuardedSandbox;
  /** Why it was ended from here, or by the agent: the first answer stays the answer. */
  #end: SandboxUnavailableError | undefined;

  constructor(options: DockerSandboxOptions) {
    super({ ...options, id: options.project.name });
    const { engine, containerId, disks, hostDisk } = options;
    this.#options = options;
    this.#context = {
      containerId,
      engine,
      reaper: new Reaper(engine, containerId, { user: "0:0", env: withoutLoaders(options.env) }),
      marks: new CommandMarks(),
      containerEnv: options.env,
      user: options.user ?? "0",
      setsGroups: false,
      whyUnavailable: (cause) => this.#whyUnavailable(cause),
      abandon: () => this.#abandon(),
    };
    this.#freezer = new Freezer(engine, containerId);
    const { users } = disks;
    this.#diskWatch = new DiskWatch({ engine, users, hostDisk, onExceeded: (facts) => this.#endFor("disk", facts) });
    this.#guarded = {
      id: this.id,
      usedBytes: () => disks.usedBytes(),
      end: (facts) => this.#endFor("daemon", facts),
    };
  }

  /** Makes ready what ends commands later, while the container still has room for it. */
  async start(): Promise<void> {
    const { user } = this.#options;
    const { reaper, marks } = this.#context;
    const { count: can } = await reaper.ask({ signal: "CAN", ...marks.next() });
    const setsGroups = (can & 1) !== 0;
    const mayEndOthers = (can & 2) !== 0;
    this.#context = { ...this.#context, setsGroups };
    if (mayEndOthers || user === undefined) return;
    // Before Docker 23 root has no capabilities in a container that was made with a user; then only that one can end its own.
    reaper.close();
    const { engine, containerId, env } = this.#options;
    this.#context = { ...this.#context, reaper: new Reaper(engine, containerId, { user, env: withoutLoaders(env) }) };
    await this.#context.reaper.start();
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
        const asRoot = { user: "0:0", env: { ...withoutLoaders(this.#options.env), PATH: SYSTEM_PATH } };
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
      const unavailable = await this.#whyUnavailable(error);
      if (unavailable !== undefined) throw unavailable;
      // What the engine itself fails at is not the path's fault.
      if (!ODD_PATH.test(error.message)) throw error;
      throw new SandboxFileError(path, "failed", error.message, { cause: error });
    }
  }

  connection(): string {
    const { containerName, user } = this.#options;
    return `docker exec -it ${user === undefined ? "" : `--user ${user} `}${containerName} bash --login`;
  }

  async whyUnavailable(): Promise<SandboxUnavailableError | undefined> {
    // What was written in the last second counts like what was written before.
    await this.#diskWatch.lookNow().catch(() => undefined);
    return this.#whyUnavailable();
  }

  protected close(): void {
    this.#context.reaper.close();
    this.#diskWatch.stop();
    this.#options.events.close();
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
    if (this.#end !== undefined) return this.#end;
    const { engine, containerId, containerName, events } = this.#options;
    try {
      const state = await engine.inspectContainer(containerId);
      if (state.running && !events.hasStartedAgain) return undefined;
      const { byOthers, watched } = await events.untilDeath();
      const words = await engine.lastWords(containerId);
      const others = byOthers === undefined ? "" : ` It was ${byOthers}.`;
      const facts = `container ${containerName} is ${state.status} with exit code ${state.exitCode}.${others}${words}`;
      const hostOutOfMemory = state.exitCode === KILLED && (await hostRanOutOfMemory(containerId));
      const reason = state.oomKilled && state.exitCode === KILLED ? "out-of-memory" : "stopped";
      const causedBy = blame({ reason, byOthers, watched, hostOutOfMemory });
      const end = this.unavailable(reason, facts, { cause, causedBy });
      // What the agent did stays its doing, whatever others do to the rest.
      if (causedBy === "agent") this.#end ??= end;
      return this.#end ?? end;
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
    const facts = "processes of a command would not end, so the container was killed.";
    this.#end ??= this.unavailable("unresponsive", facts, {
      causedBy: blame({ reason: "unresponsive", watched: true }),
    });
    await engine.killContainer(containerId).catch(() => undefined);
    return this.#end;
  }

  /** Kills all of its containers, so that the host's disk stays what the others can use. */
  #endFor(reason: "disk" | "daemon", facts: string): void {
    const { engine, project, onProgress } = this.#options;
    const hint = reason === "daemon" ? HOST_DISK_HINT : undefined;
    this.#end ??= this.unavailable(reason, facts, { hint, causedBy: blame({ reason, watched: true }) });
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
