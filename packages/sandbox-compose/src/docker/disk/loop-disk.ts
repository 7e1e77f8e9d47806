import { formatBytes, messageOf } from "@mlebench/base";
import { SandboxStartError } from "../../errors.js";
import type { Engine } from "../engine.js";
import { type ContainerLayer, EngineError, type EngineVersion } from "../engine-answers.js";
import { DiskHelper } from "./disk-helper.js";
import { DEFAULT_LIMIT_BYTES } from "./disk-limit.js";
import { MEASURE_SCRIPT, MOUNT_SCRIPT, USED_SCRIPT } from "./disk-scripts.js";

/** Less than this is of no use to a sandbox that did not say how much it needs. */
const LEAST_DEFAULT_BYTES = 2 ** 30;
/** The file system's own tables are part of a disk: what is measured is a little less than what was asked for. */
const LEAST_SHARE_MEASURED = 0.5;

/** What a disk is wanted for. */
export interface DiskWish {
  /** What the spec says; undefined takes a share of what is free. */
  readonly statedBytes: number | undefined;
  /** Disks of unstated size that may be there at the same time, among which what is free is divided evenly. */
  readonly shares: number;
  /** Named in errors. */
  readonly of: string;
}

/** A disk that was mounted. */
export interface LoopDisk {
  readonly bytes: number;
}

/** The engine, or its host, does not let loop disks be made. */
export class LoopRefusedError extends EngineError {}

/**
 * Small file systems of their own, each mounted over one container's folder in the engine's data root before it starts: what
 * it writes, however it does that, ends at the size of the disk. The disk goes with the container, whoever removes it.
 */
export class LoopDisks {
  readonly #helper: DiskHelper;
  readonly #dataRoot: string;
  #problem: string | undefined;
  /** Sizes of the disks from here that are still there. */
  #ownBytes = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(engine: Engine, version: EngineVersion) {
    this.#helper = new DiskHelper(engine, version.dataRoot);
    this.#dataRoot = version.dataRoot;
    this.#problem = structuralProblem(version);
  }

  /** Why this engine has none, as far as that is known; a first try may find more. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** None is made from here on. */
  giveUp(problem: string): void {
    this.#problem ??= problem;
  }

  /**
   * Makes a disk and mounts it over the folder of a container that has not started.
   * @param folders made on it.
   * @throws SandboxStartError when the host's disk has no room for it, LoopRefusedError when the engine does not let it be
   */
  mount(layer: ContainerLayer, wish: DiskWish, folders: readonly string[] = []): Promise<LoopDisk> {
    // One after the other: the next one's share depends on what this one got.
    const turn = this.#last.then(() => this.#mount(layer, wish, folders));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Tells that a disk went with its container. */
  released({ bytes }: LoopDisk): void {
    this.#ownBytes -= bytes;
  }

  async #mount({ folder }: ContainerLayer, wish: DiskWish, folders: readonly string[]): Promise<LoopDisk> {
    const { statedBytes = 0, shares, of } = wish;
    const numbers = [statedBytes, DEFAULT_LIMIT_BYTES, LEAST_DEFAULT_BYTES, shares, this.#ownBytes].map(String);
    const answer = await this.#run(MOUNT_SCRIPT, [this.#dataRoot, folder, ...numbers, ...folders]);
    const [word, ...rest] = answer.split(" ");
    const [bytes = 0, free = 0, promised = 0, reserve = 0] = rest.map(Number);
    if (word === "mounted") {
      this.#ownBytes += bytes;
      return { bytes };
    }
    const wanted = statedBytes === 0 ? `at least ${formatBytes(LEAST_DEFAULT_BYTES)}` : formatBytes(statedBytes);
    throw new SandboxStartError(
      `The disk with containers has no room for ${of}, which needs ${wanted}: ${formatBytes(free)} free, of which ${formatBytes(promised)} are promised to other sandboxes and ${formatBytes(reserve)} are kept for the host; ${formatBytes(bytes)} could be had.`,
      { hint: "Free space, run fewer sandboxes at once, or lower storage_opt.size of the service." },
    );
  }

  /** Whether a running container's root really lies on a disk of this size, as the engine's side sees it. */
  async holds({ merged }: ContainerLayer, { bytes }: LoopDisk): Promise<boolean> {
    const measured = Number(await this.#run(MEASURE_SCRIPT, [merged]));
    return measured <= bytes && measured >= bytes * LEAST_SHARE_MEASURED;
  }

  /** What is written on it, deleted files that are still open included. */
  async usedBytes({ folder }: ContainerLayer): Promise<number> {
    return Number(await this.#run(USED_SCRIPT, [folder]));
  }

  /** What is mounted stays. */
  async close(): Promise<void> {
    await this.#helper.remove();
  }

  async #run(script: string, args: readonly string[]): Promise<string> {
    try {
      const { exitCode, stdout, stderr } = await this.#helper.run(script, args);
      if (exitCode === 0) return stdout.trim();
      throw new LoopRefusedError(stderr.trim() || `the helper ended with exit code ${exitCode}`, 500);
    } catch (error) {
      if (!(error instanceof EngineError) || error.unreachable || error instanceof LoopRefusedError) throw error;
      throw new LoopRefusedError(messageOf(error), error.status, error);
    }
  }
}

function structuralProblem({ isPodman, isRootless, storageDriver }: EngineVersion): string | undefined {
  // Podman binds its folder over itself with every command, which hides what is mounted there.
  if (isPodman) return "Podman hides what is mounted over a container's folder";
  if (isRootless) return "a rootless engine may not set up loop devices";
  return storageDriver === "overlay2" ? undefined : `the storage driver is ${storageDriver}, not overlay2`;
}
