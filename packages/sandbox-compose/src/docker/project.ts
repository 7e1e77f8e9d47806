import { ownerState, sleep } from "@mlebench/base";
import { reasonToLeave } from "../ownership.js";
import type { CleanupFilter, CleanupReport, SandboxResource } from "../provider.js";
import type { ContainerConfig, Engine } from "./engine.js";
import { EngineError } from "./engine-answers.js";
import { OWNED_LABEL, ownershipOf } from "./labels.js";

const REMOVE_ATTEMPTS = 12;
const FIRST_PAUSE_MS = 100;

/**
 * What was created for one sandbox, so that all of it can be removed again. Names are noted before they are created: an
 * answer that never came does not leave anything behind.
 */
export class Project {
  readonly name: string;
  readonly #engine: Engine;
  readonly #labels: Readonly<Record<string, string>>;
  readonly #containers = new Map<string, string>();
  readonly #networks: string[] = [];
  readonly #volumes: string[] = [];

  constructor(engine: Engine, name: string, labels: Readonly<Record<string, string>>) {
    this.#engine = engine;
    this.name = name;
    this.#labels = labels;
  }

  /** Names of the containers by service. */
  get containers(): ReadonlyMap<string, string> {
    return this.#containers;
  }

  containerName(service: string): string {
    return `${this.name}-${service}-1`;
  }

  async createContainer(service: string, config: ContainerConfig, platform?: string): Promise<string> {
    const name = this.containerName(service);
    this.#containers.set(service, name);
    return this.#engine.createContainer(name, config, platform);
  }

  async createNetwork(name: string, network: string, internal: boolean): Promise<void> {
    this.#networks.push(name);
    await this.#engine.createNetwork(name, { ...this.#labels, "com.docker.compose.network": network }, internal);
  }

  async createVolume(name: string, volume: string, options?: Readonly<Record<string, string>>): Promise<void> {
    this.#volumes.push(name);
    await this.#engine.createVolume(name, { ...this.#labels, "com.docker.compose.volume": volume }, options);
  }

  /**
   * Removes all of it, containers first.
   * @returns what could not be removed, with the reason
   */
  async remove(): Promise<string[]> {
    const failures: string[] = [];
    const attempt = async (what: string, remove: () => Promise<void>) => {
      const failure = await removeFor(remove);
      if (failure !== undefined) failures.push(`${what}: ${failure.message}`);
    };
    await Promise.all(
      [...this.#containers.values()].map((name) => attempt(name, () => this.#engine.removeContainer(name))),
    );
    await Promise.all([
      ...this.#networks.map((name) => attempt(name, () => this.#engine.removeNetwork(name))),
      ...this.#volumes.map((name) => attempt(name, () => this.#engine.removeVolume(name))),
    ]);
    return failures;
  }
}

/** Removes containers, networks and volumes whose owner is gone, or those of the run that is named. */
export async function removeLeftovers(engine: Engine, filter: CleanupFilter): Promise<CleanupReport> {
  const all = await engine.labelled(OWNED_LABEL);
  const removed: SandboxResource[] = [];
  const left: CleanupReport["left"][number][] = [];
  const failed: CleanupReport["failed"][number][] = [];
  // Containers first: networks and volumes cannot go while something uses them.
  for (const kind of ["container", "network", "volume"] as const) {
    await Promise.all(
      all[kind].map(async ({ id, name, labels }) => {
        const { runId, owner, keep } = ownershipOf(labels);
        if (filter.runId !== undefined && filter.runId !== runId) return;
        const resource: SandboxResource = { kind, name, runId };
        const reason = filter.runId === undefined ? reasonToLeave(filter, ownerState(owner), keep) : undefined;
        if (reason !== undefined) {
          left.push({ ...resource, reason });
          return;
        }
        const failure = await removeFor(() => {
          if (kind === "container") return engine.removeContainer(id);
          return kind === "network" ? engine.removeNetwork(id) : engine.removeVolume(id);
        });
        if (failure === undefined) removed.push(resource);
        else failed.push({ ...resource, message: failure.message });
      }),
    );
  }
  return { removed, left, failed };
}

/**
 * Removes something for good: again while the engine is busy with it or restarting, done when it is not there any more.
 * @returns why it is still there, if it is
 */
async function removeFor(remove: () => Promise<void>): Promise<Error | undefined> {
  let pause = FIRST_PAUSE_MS;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await remove();
      return undefined;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.status === 404) return undefined;
      if (attempt >= REMOVE_ATTEMPTS) return error;
      await sleep(pause);
      pause = Math.min(pause * 2, 2000);
    }
  }
}
